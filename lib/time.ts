/** Spans may come from a machine whose clock is so much ahead, milliseconds. */
export const clockSkewMs = 60_000;

const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * @param text for example `90s`, `15m`, `2h`, `3d`.
 * @returns milliseconds.
 * @throws RangeError if it is no duration.
 */
export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (!count || !unit) throw new RangeError(`"${text}" is no duration. Write for example 90s, 15m, 2h or 3d.`);
  return Number(count) * units[unit]!;
}

/** A duration for people, in its two largest units: `3 h 12 min`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  const largest = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(largest, largest + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}

/**
 * @param text a time in RFC 3339, or a duration before `now`.
 * @returns milliseconds since 1970.
 * @throws RangeError if it is neither, or not in the past.
 */
export function parseSince(text: string, now = Date.now()): number {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i.test(text);
  if (!isTime && !/^\d+[smhd]$/.test(text)) {
    throw new RangeError(`"${text}" is no time. Write a duration (15m, 2h) or RFC 3339 (2026-01-31T12:00:00Z).`);
  }
  const since = isTime ? Date.parse(text) : now - parseDuration(text);
  if (!(since < now)) throw new RangeError(`"${text}" is not in the past.`);
  return since;
}
