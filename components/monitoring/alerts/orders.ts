import type { Landscape } from "../../../config/landscape.ts";
import { durationText, parseDuration } from "../../../lib/time.ts";
import { calls, growth, isNoError, spanLabels, type Metrics } from "../metrics.ts";
import { patient } from "../patience.ts";
import type { Alert } from "./alert.ts";

/** Longer waits are beyond what Prometheus keeps, usually two weeks: `npm run order -- --stuck` alone sees them. */
const longestMs = parseDuration("3d");

/** How far back orders are counted that should have gone on by now. */
const countedMs = parseDuration("1d");

const seconds = (ms: number) => `${ms / 1000}s`;

/**
 * Orders that have stood longer than their step allows, by counting: of those that came into a step a while ago, more than
 * have left it since. It is a lower bound, since some of those that left came in before the count began; and it names no
 * order, which `npm run order -- --stuck` does. Counters lose a little where a pod starts, so a single order is no alert.
 *
 * @param patiencePercent see {@link patient}.
 */
export function orderAlerts(
  { series }: Metrics,
  { steps }: Pick<Landscape, "steps">,
  patiencePercent: number,
): Alert[] {
  const passed = (...names: string[]) => series(calls, `${spanLabels.step}=~"${names.join("|")}"`, isNoError);
  return Object.entries(steps).flatMap(([id, step]): Alert[] => {
    if (!step.next) return [];
    const allowedMs = parseDuration(step.next.within) + (step.message ? parseDuration(step.message.within) : 0);
    if (allowedMs > longestMs) return [];
    const entered = growth(passed(id), seconds(countedMs), seconds(allowedMs));
    const left = growth(passed(...step.next.steps), seconds(countedMs + allowedMs));
    return [
      {
        name: "OrdersStandTooLong",
        severity: "warning",
        expr: `${entered} - (${left} or vector(0)) > clamp_min(0.1 * ${entered}, 1.5)`,
        for: patient(10, patiencePercent),
        labels: { step: id, service: step.service },
        summary: `At least {{ $value | printf "%.0f" }} orders have stood at "${step.title}" for more than ${durationText(allowedMs)}.`,
      },
    ];
  });
}
