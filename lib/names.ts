/**
 * Names and ports that more than one part must agree on: components, the proof, the tunnels and the documents read them
 * here and nowhere else.
 */

/** The namespace of a stack that does not set `cluster.namespace`. All others: `settings.cluster.namespace`. */
export const defaultNamespace = "tracing";

export const gatewayName = "otel-gateway";
export const samplerName = "otel-sampler";

/** What the names of workloads begin with of which a stack has one for each front end, group or view. */
export const workloadFamilies = {
  frontEnd: "otel-front-end",
  jaegerCollector: "jaeger-collector",
  jaegerQuery: "jaeger-query",
} as const;

/** Name of the entry by which browsers of a front end deliver their spans, and of its service account. */
export function frontEndName(id: string): string {
  return `${workloadFamilies.frontEnd}-${id}`;
}

export const elasticsearchName = "elasticsearch";

/** Service by which the nodes of an Elasticsearch of the stack's own find each other. */
export const elasticsearchNodesName = "elasticsearch-nodes";

/** Audience of the tokens by which agents identify themselves to the gateway. */
export const gatewayAudience = "tracing-gateway";

/** The group of spans whose sender the catalogue does not know. Nobody but DevOps sees it. */
export const unassignedGroup = "unassigned";

/** The view over all groups, for DevOps and Support. */
export const allView = "all";

/** Group names that a catalogue may not use: they have a meaning of their own. */
export const reservedGroups: readonly string[] = [allView, unassignedGroup];

export const ports = {
  otlpGrpc: 4317,
  otlpHttp: 4318,
  health: 13133,
  elasticsearch: 9200,
  elasticsearchReadiness: 9399,
  /** Between the nodes of an Elasticsearch. */
  elasticsearchTransport: 9300,
  /** Jaeger's pages, on the pod's own loopback: the proxy in front of them asks who somebody is. */
  jaegerQuery: 16686,
  jaegerQueryGrpc: 16685,
  /** Metrics, for the company's Prometheus. */
  metrics: 9464,
  /** Where a collector hands its own metrics to itself, on the pod's loopback. */
  ownMetrics: 4319,
  /** The proxy in front of Jaeger's pages. */
  signIn: 8443,
  /** Health of the collector that stores who read what, in the same pod as Jaeger, whose own has the usual port. */
  auditHealth: 13134,
} as const;

/** Groups that have a store: the catalogue's, and the one for senders that it does not know. */
export function storageGroups(groups: readonly string[]): string[] {
  return [...groups, unassignedGroup];
}

/** Views that people look at: one a group, and the one over all. */
export function viewNames(groups: readonly string[]): string[] {
  return [...groups, allView];
}

/** DNS name of a Service of the stack, as certificates and configurations spell it. */
export function serviceHost(service: string, namespace: string): string {
  return `${service}.${namespace}.svc`;
}

/** Address of the Elasticsearch that the stack runs itself, for programs inside of the cluster. */
export function managedStoreUrl(namespace: string): string {
  return `https://${serviceHost(elasticsearchName, namespace)}:${ports.elasticsearch}`;
}

/**
 * What a stack calls a thing that stands where those of another stack may stand too: in a namespace of applications, in the
 * configuration of one Prometheus. It carries the stack's namespace, but for the default one.
 */
export function sharedName(name: string, namespace: string): string {
  return namespace === defaultNamespace ? name : `${namespace}-${name}`;
}

/** Name of the collector of a group. */
export function jaegerCollectorName(group: string): string {
  return `${workloadFamilies.jaegerCollector}-${group}`;
}

/** Name of the query service of a view. */
export function jaegerQueryName(view: string): string {
  return `${workloadFamilies.jaegerQuery}-${view}`;
}

/** Name of the Service by which Prometheus finds all pods of a workload. */
export function metricsServiceName(workload: string): string {
  return `${workload}-metrics`;
}

/** Name of the component that wires a service. */
export function wiringName(service: string): string {
  return `wiring-${service}`;
}

/** The service that a component of this name wires; undefined if it wires none. */
export function wiredService(component: string): string | undefined {
  return /^wiring-(.+)$/.exec(component)?.[1];
}

/** Name by which a StatefulSet looks for the disk of one of its pods. */
export function claimName(workload: string, index: number): string {
  return `${claimPrefix(workload)}${index}`;
}

/** What the names of all disks of a StatefulSet begin with. */
export function claimPrefix(workload: string): string {
  return `${dataVolume}-${workload}-`;
}

/** Name of the volume of a StatefulSet that outlives its pods. */
export const dataVolume = "data";

/** Host name of a view, as people type it and as its certificate has it. */
export function viewHost(view: string, domain: string): string {
  return `${view}.${domain}`;
}

/** Address of a view. */
export function viewUrl(view: string, { domain, port }: { domain: string; port: number }): string {
  return `https://${viewHost(view, domain)}${port === 443 ? "" : `:${port}`}`;
}

/** Everything that the stack makes is marked by it: what exists without it is somebody else's. */
export const ownLabels: Readonly<Record<string, string>> = { "app.kubernetes.io/part-of": "order-tracing" };

/** On the namespace: the stack that it is of. Not a label, a stack's name may be longer than one. */
export const stackAnnotation = "order-tracing/stack";

/** Labels that select the pods of a workload. */
export function selectorLabels(workload: string): Record<string, string> {
  return { "app.kubernetes.io/name": workload };
}

/** Labels of everything that the stack makes. */
export function labels(workload: string): Record<string, string> {
  return { ...selectorLabels(workload), ...ownLabels };
}
