/** Names and ports that more than one component must agree on. */

/** The namespace of the stack. */
export const namespace = "tracing";

export const gatewayName = "otel-gateway";
export const samplerName = "otel-sampler";
export const elasticsearchName = "elasticsearch";

/** Audience of the tokens by which agents identify themselves to the gateway. */
export const gatewayAudience = "tracing-gateway";

/** The group of spans whose sender the catalogue does not know. Nobody but DevOps sees it. */
export const unassignedGroup = "unassigned";

/** The view over all groups, for DevOps and Support. */
export const allView = "all";

export const ports = {
  otlpGrpc: 4317,
  otlpHttp: 4318,
  health: 13133,
  elasticsearch: 9200,
  elasticsearchReadiness: 9399,
  jaegerQuery: 16686,
} as const;

/** DNS name of a Service of the stack, as certificates and configurations spell it. */
export function serviceHost(service: string): string {
  return `${service}.${namespace}.svc`;
}

/** Name of the collector of a group. */
export function jaegerCollectorName(group: string): string {
  return `jaeger-collector-${group}`;
}

/** Name of the query service of a view. */
export function jaegerQueryName(view: string): string {
  return `jaeger-query-${view}`;
}

/** Labels that select the pods of a workload. */
export function selectorLabels(workload: string): Record<string, string> {
  return { "app.kubernetes.io/name": workload };
}

/** Labels of everything that the stack makes. */
export function labels(workload: string): Record<string, string> {
  return { ...selectorLabels(workload), "app.kubernetes.io/part-of": "order-tracing" };
}
