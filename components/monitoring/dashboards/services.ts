import type { Landscape } from "../../../config/landscape.ts";
import {
  calls,
  durations,
  edgeCalls,
  edgeDurations,
  edgeFailures,
  isError,
  quantile,
  requestsOf,
  type Metrics,
} from "../metrics.ts";
import { page, panelsOf } from "./panels.ts";

const interval = "[$__rate_interval]";

/** Requests of the last five minutes that each part gets, and each connection carries, as Grafana draws a graph. */
function serviceMap({ series }: Metrics) {
  const rates = (...by: string[]) => `sum by (${by.join(", ")}) (rate(${series(edgeCalls)}[5m]))`;
  // Of one label this makes a copy.
  const named = (label: string, from: string, expr: string) => `label_join(${expr}, "${label}", "", "${from}")`;
  const node = (end: string) => `sum by (id) (${named("id", end, rates(end))})`;
  const ends = named("source", "client", named("target", "server", rates("client", "server")));
  return {
    // Whoever only asks gets no request.
    nodes: `${node("server")} or 0 * ${node("client")}`,
    lines: `label_join(${ends}, "id", " to ", "client", "server")`,
  };
}

/** Requests, errors and durations of each back end, and of each connection between them: the map, and a table. */
export function servicesPage(
  metrics: Metrics,
  stack: string,
  { services }: Pick<Landscape, "services">,
  dataSource: string,
) {
  const { series } = metrics;
  const { lines, map, table } = panelsOf(dataSource);
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
        const within = (share: number) =>
          quantile(share, `sum by (le) (rate(${series(durations, ...requestsOf(id))}${interval}))`);
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
              [within(0.5), "median"],
              [within(0.95), "95 %"],
            ],
            true,
          ),
        ];
      }),
      map("Map", "Requests a second that each part gets, and each connection carries.", serviceMap(metrics)),
      table("Who calls whom", "Each connection of the last five minutes. `user` is whoever calls from outside.", [
        { name: "requests", unit: "reqps", expr: perEdge(edgeCalls) },
        { name: "failed", unit: "reqps", expr: perEdge(edgeFailures) },
        {
          name: "95 %",
          unit: "s",
          expr: quantile(0.95, `sum by (le, client, server, connection_type) (rate(${series(edgeDurations)}[5m]))`),
        },
      ]),
    ],
  );
}
