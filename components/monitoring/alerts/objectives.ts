import type { Service } from "../../../config/landscape.ts";
import { calls, growth, requestsOf, type Metrics } from "../metrics.ts";
import type { Alert, AlertName } from "./alert.ts";

/** What a service promises. */
export interface Objective {
  service: Pick<Service, "id" | "title">;
  /** Share of requests without an error, percent. */
  availabilityPercent: number;
  /** Share of requests within the time, percent. */
  latencyPercent: number;
  /** The time, milliseconds. */
  latencyMs: number;
}

/**
 * How fast the budget of 30 days burns, in two windows each: the long one says that it is no blip, the short one that it goes
 * on. The factors are those of Google's SRE workbook: 2 % of the budget in an hour, 5 % in six.
 */
const burns = [
  { severity: "critical", factor: 14.4, long: "1h", short: "5m" },
  { severity: "warning", factor: 6, long: "6h", short: "30m" },
] as const;

/** With fewer requests in the long window one error would be a burning budget. */
const enough = 20;

/**
 * Budgets that burn so fast that they would not last.
 *
 * @param tracesOf page with the errors of a service.
 */
export function objectiveAlerts(
  { series, errorShare, slowShare }: Metrics,
  objectives: readonly Objective[],
  tracesOf: (service: string) => string,
): Alert[] {
  return objectives.flatMap(({ service: { id, title }, availabilityPercent, latencyPercent, latencyMs }) =>
    burns.flatMap(({ severity, factor, long, short }): Alert[] => {
      const burning = (
        name: AlertName,
        share: (window: string) => string,
        goodPercent: number,
        what: string,
      ): Alert[] => {
        const most = Number(((factor * (100 - goodPercent)) / 100).toFixed(6));
        // No share is above 1: where so much may go wrong, a budget cannot burn that fast.
        if (most >= 1) return [];
        return [
          {
            name,
            severity,
            expr: [
              `(${share(long)}) > ${most}`,
              `and (${share(short)}) > ${most}`,
              `and ${growth(series(calls, ...requestsOf(id)), long)} > ${enough}`,
            ].join(" "),
            for: "2m",
            labels: { service: id },
            summary: `{{ $value | humanizePercentage }} of the requests of ${title} ${what} in the last ${long}.`,
            traces: tracesOf(id),
          },
        ];
      };
      return [
        ...burning("ServiceErrorBudgetBurns", (window) => errorShare(id, window), availabilityPercent, "went wrong"),
        ...burning(
          "ServiceLatencyBudgetBurns",
          (window) => slowShare(id, latencyMs, window),
          latencyPercent,
          `took longer than ${latencyMs} ms`,
        ),
      ];
    }),
  );
}
