import type { Landscape } from "../../../config/landscape.ts";
import type { Objective } from "../alerts/objectives.ts";
import { calls, durations, isNoError, quantile, requestsOf, spanLabels, type Metrics } from "../metrics.ts";
import { page, panelsOf } from "./panels.ts";

/** What was promised is reckoned over so long. */
const window = "30d";

const times = (ms: number) => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`);

/** What was promised and what was kept over 30 days, of each back end and each step of an order: to be shown to a client. */
export function objectivesPage(
  { series, errorShare, slowShare }: Metrics,
  stack: string,
  objectives: readonly Objective[],
  { steps }: Pick<Landscape, "steps">,
  dataSource: string,
) {
  const { number, table } = panelsOf(dataSource);
  const step = spanLabels.step;
  const known = `${step}=~"${Object.keys(steps).join("|")}"`;
  const perStep = (...matchers: string[]) =>
    `sum by (${step}) (increase(${series(calls, known, ...matchers)}[${window}]))`;
  return page(
    {
      id: `tracing-${stack}-objectives`,
      title: `Tracing ${stack}: what was promised`,
      description: "Availability and speed of the back ends and of an order's steps over the last 30 days.",
      from: `now-${window}`,
    },
    [
      ...objectives.flatMap(({ service: { id, title }, availabilityPercent, latencyPercent, latencyMs }) => [
        number(
          `${title}: answered`,
          `Share of requests without an error. Promised: ${availabilityPercent} %.`,
          "percent",
          `100 * (1 - (${errorShare(id, window)}))`,
          { least: availabilityPercent },
        ),
        number(
          `${title}: budget left`,
          "Share of the errors that the promise allows and that have not been used up.",
          "percent",
          `100 - 100 * (${errorShare(id, window)}) / ${((100 - availabilityPercent) / 100).toFixed(6)}`,
          { least: 0 },
        ),
        number(
          `${title}: within ${times(latencyMs)}`,
          `Share of requests that were answered in time. Promised: ${latencyPercent} %.`,
          "percent",
          `100 * (1 - (${slowShare(id, latencyMs, window)}))`,
          { least: latencyPercent },
        ),
        number(
          `${title}: slowest twentieth`,
          "All but five in a hundred requests were answered within this time.",
          "s",
          quantile(0.95, `sum by (le) (increase(${series(durations, ...requestsOf(id))}[${window}]))`),
          { most: latencyMs / 1000 },
        ),
      ]),
      ...(Object.keys(steps).length === 0
        ? []
        : [
            table(
              "Steps of an order",
              "How often each happened, how many of the attempts succeeded, and how long they took.",
              [
                { name: "times", unit: "short", expr: perStep(isNoError) },
                { name: "succeeded", unit: "percentunit", expr: `${perStep(isNoError)} / ${perStep()}` },
                {
                  name: "95 %",
                  unit: "s",
                  expr: quantile(0.95, `sum by (le, ${step}) (increase(${series(durations, known)}[${window}]))`),
                },
              ],
            ),
          ]),
    ],
  );
}
