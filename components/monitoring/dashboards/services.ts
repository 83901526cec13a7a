import type { Landscape } from "../../../config/landscape.ts";
import { calls, durations, edgeCalls, edgeDurations, edgeFailures, isError, requestsOf, series } from "../metrics.ts";
import { page, panelsOf } from "./panels.ts";

const interval = "[$__rate_interval]";

/** Requests, errors and durations of each back end, and of each connection between them: the map as a table. */
export function servicesPage(stack: string, { services }: Pick<Landscape, "services">, dataSource: string) {
  const { lines, table } = panelsOf(dataSource);
  const perEdge = (metric: string) => `sum by (client, server, connection_type) (rate(${series(metric)}[5m]))`;
  return page(
    {
      id: `tracing-${stack}-services`,
      title: `Tracing ${stack}: services`,
      description: "Requests, errors and durations, from all spans before sampling. Points on lines lead to traces.",
      from: "now-6h",
    },
    [
      ...services.flatMap(({ id, title }) => {
        const requests = series(calls, ...requestsOf(id));
        const quantile = (q: number) =>
          `histogram_quantile(${q}, sum by (le) (rate(${series(durations, ...requestsOf(id))}${interval})))`;
        return [
          lines(`${title}: requests`, "Answered requests, and those that went wrong.", "reqps", [
            [`sum(rate(${requests}${interval}))`, "requests"],
            [`sum(rate(${series(calls, ...requestsOf(id), isError)}${interval}))`, "errors"],
          ]),
          lines(
            `${title}: duration`,
            "Half of the requests, and all but five in a hundred, were answered within this time.",
            "s",
            [
              [quantile(0.5), "median"],
              [quantile(0.95), "95 %"],
            ],
            true,
          ),
        ];
      }),
      table("Who calls whom", "Each connection of the last five minutes. `user` is whoever calls from outside.", [
        { name: "requests", unit: "reqps", expr: perEdge(edgeCalls) },
        { name: "failed", unit: "reqps", expr: perEdge(edgeFailures) },
        {
          name: "95 %",
          unit: "s",
          expr: `histogram_quantile(0.95, sum by (le, client, server, connection_type) (rate(${series(edgeDurations)}[5m])))`,
        },
      ]),
    ],
  );
}
