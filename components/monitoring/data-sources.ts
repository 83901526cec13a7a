import type { Context } from "../../config/context.ts";
import { attributes } from "../../lib/attributes.ts";
import { viewNames, viewUrl } from "../../lib/names.ts";

/** `uid` of the data source of a view. */
export function jaegerSource(stack: string, view: string): string {
  return `tracing-${stack}-${view}`;
}

/**
 * Data sources as Grafana provisions them, one a view. Grafana hands on the token of whoever looks: the proxy of the view
 * lets the same people through as in a browser, and its log says who it was. Grafana itself has no access of its own.
 */
export function dataSources({ stack, landscape, settings }: Pick<Context, "stack" | "landscape" | "settings">) {
  return {
    apiVersion: 1,
    datasources: viewNames(landscape.groups).map((view) => ({
      name: `Traces ${stack}: ${view}`,
      uid: jaegerSource(stack, view),
      type: "jaeger",
      access: "proxy",
      url: viewUrl(view, settings.access),
      jsonData: {
        oauthPassThru: true,
        nodeGraph: { enabled: true },
        traceQuery: { timeShiftEnabled: true, spanStartTimeShift: "-1h", spanEndTimeShift: "1h" },
        tracesToMetrics: {
          datasourceUid: settings.monitoring?.dataSource,
          tags: [{ key: attributes.serviceName, value: "service_name" }],
          queries: [{ name: "requests", query: "sum(rate(traces_span_metrics_calls_total{$__tags}[5m]))" }],
        },
      },
      editable: false,
    })),
  };
}
