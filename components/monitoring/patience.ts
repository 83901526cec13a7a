/** Prometheus reads every 15 s here, elsewhere often every 30 s: with less than two readings there is no growth to see. */
const leastSeconds = 60;

/**
 * How long something has to last, or is looked at, before somebody is told: PromQL's notation.
 *
 * @param minutes with the usual patience.
 * @param patiencePercent 100: the usual.
 */
export function patient(minutes: number, patiencePercent: number): string {
  const seconds = Math.max(leastSeconds, Math.round((minutes * 60 * patiencePercent) / 100));
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
