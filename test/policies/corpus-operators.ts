import { custom, type Case, type Keys } from "./case.ts";

const internal = { "networking.gke.io/load-balancer-type": "Internal" };
const template = (type: string) => ({
  metadata: { annotations: internal },
  spec: { type, loadBalancerSourceRanges: ["10.20.0.0/16"] },
});
const open = "public load balancer";

/** Who of the operators' objects says where and how it is served. */
const services: readonly (readonly [string, string, Record<string, unknown>, Keys, unknown])[] = [
  ...["Elasticsearch", "Kibana", "ApmServer", "EnterpriseSearch"].map(
    (kind) =>
      [
        `${kind.toLowerCase()}.k8s.elastic.co/v1`,
        kind,
        { http: { service: template("LoadBalancer") } },
        ["http", "service", "metadata"],
        {},
      ] as const,
  ),
  [
    "logstash.k8s.elastic.co/v1alpha1",
    "Logstash",
    { services: [{ name: "beats", service: template("ClusterIP") }] },
    ["services", 0, "service"],
    { spec: { type: "LoadBalancer" } },
  ],
  [
    "elasticsearch.k8s.elastic.co/v1",
    "Elasticsearch",
    { transport: { service: template("ClusterIP") } },
    ["transport", "service"],
    { spec: { type: "LoadBalancer" } },
  ],
  [
    "jaegertracing.io/v1",
    "Jaeger",
    { ingress: { enabled: false }, query: { serviceType: "ClusterIP" } },
    ["query", "serviceType"],
    "LoadBalancer",
  ],
  [
    "kafka.strimzi.io/v1beta2",
    "Kafka",
    { kafka: { listeners: [{ name: "tls", port: 9093, type: "internal", tls: true }] } },
    ["kafka", "listeners", 0, "type"],
    "loadbalancer",
  ],
  ["rabbitmq.com/v1beta1", "RabbitmqCluster", { service: { type: "ClusterIP" } }, ["service", "type"], "LoadBalancer"],
  ["acid.zalan.do/v1", "postgresql", { enableMasterLoadBalancer: false }, ["enableMasterLoadBalancer"], true],
  [
    "postgres-operator.crunchydata.com/v1beta1",
    "PostgresCluster",
    { service: { type: "ClusterIP" } },
    ["service", "type"],
    "LoadBalancer",
  ],
  [
    "postgresql.cnpg.io/v1",
    "Cluster",
    { managed: { services: { additional: [{ serviceTemplate: { spec: { type: "ClusterIP" } } }] } } },
    ["managed", "services", "additional", 0, "serviceTemplate", "spec", "type"],
    "LoadBalancer",
  ],
  [
    "clickhouse.altinity.com/v1",
    "ClickHouseInstallation",
    { templates: { serviceTemplates: [{ spec: { type: "ClusterIP" } }] } },
    ["templates", "serviceTemplates", 0, "spec", "type"],
    "LoadBalancer",
  ],
  [
    "opensearch.opster.io/v1",
    "OpenSearchCluster",
    { dashboards: { service: { type: "ClusterIP" } } },
    ["dashboards", "service", "type"],
    "LoadBalancer",
  ],
  ["vault.banzaicloud.com/v1alpha1", "Vault", { serviceType: "ClusterIP" }, ["serviceType"], "LoadBalancer"],
  [
    "grafana.integreatly.org/v1beta1",
    "Grafana",
    { service: { spec: { type: "ClusterIP" } } },
    ["service", "spec", "type"],
    "LoadBalancer",
  ],
  [
    "pxc.percona.com/v1",
    "PerconaXtraDBCluster",
    { haproxy: { expose: { type: "ClusterIP" } } },
    ["haproxy", "expose", "type"],
    "LoadBalancer",
  ],
];

const otel = ["opentelemetry.io/v1beta1", "OpenTelemetryCollector"] as const;
const jaeger = ["jaegertracing.io/v1", "Jaeger"] as const;
const image = "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib:0.158.0";

/** What operators make of their objects. */
export const operators: readonly Case[] = [
  ...services.map(([apiVersion, kind, spec, keys, value]) =>
    custom(
      "exposure-load-balancer",
      `a load balancer of ${kind} (${keys.join(".")})`,
      [apiVersion, kind],
      spec,
      keys,
      value,
      open,
    ),
  ),
  custom(
    "exposure-node-port",
    "NodePort of Kibana",
    ["kibana.k8s.elastic.co/v1", "Kibana"],
    { http: { service: { spec: { type: "ClusterIP" } } } },
    ["http", "service", "spec", "type"],
    "NodePort",
    "write ClusterIP",
  ),
  custom(
    "exposure-node-port",
    "NodePort of Kafka",
    ["kafka.strimzi.io/v1beta2", "Kafka"],
    { kafka: { listeners: [{ name: "tls", port: 9093, type: "internal", tls: true }] } },
    ["kafka", "listeners", 0, "type"],
    "nodeport",
    "write ClusterIP",
  ),
  custom(
    "encryption-listener",
    "Kafka without TLS",
    ["kafka.strimzi.io/v1beta2", "Kafka"],
    { kafka: { listeners: [{ name: "tls", port: 9093, type: "internal", tls: true }] } },
    ["kafka", "listeners", 0, "tls"],
    false,
    "without TLS",
  ),
  custom("exposure-host", "a collector in the node's network", otel, { image }, ["hostNetwork"], true, "remove it"),
  custom(
    "exposure-host",
    "a collector's port on the node",
    otel,
    { image, ports: [{ name: "otlp", port: 4317 }] },
    ["ports", 0, "hostPort"],
    4317,
    "opened on the node",
  ),
  custom(
    "exposure-behind-proxy",
    "an Ingress to a collector",
    otel,
    { image },
    ["ingress"],
    { type: "ingress", hostname: "otel.company.example" },
    "leads to",
  ),
  custom(
    "exposure-route-tls",
    "an Ingress of a collector",
    otel,
    { image },
    ["ingress"],
    { type: "ingress", hostname: "otel.company.example" },
    "list each host",
  ),
  custom(
    "pods-image",
    "a collector of any version",
    otel,
    { image },
    ["image"],
    image.replace(/:.*/, ":latest"),
    "exact tag",
  ),
  custom(
    "exposure-behind-proxy",
    "Jaeger's Ingress, on by itself",
    jaeger,
    { ingress: { enabled: false } },
    ["ingress"],
    undefined,
    "leads to",
  ),
  custom(
    "exposure-route-tls",
    "Jaeger's Ingress without TLS",
    jaeger,
    { ingress: { enabled: false } },
    ["ingress"],
    { hosts: ["jaeger.company.example"] },
    "list each host",
  ),
  custom(
    "exposure-route-allow-list",
    "Tempo's UI for everybody",
    ["tempo.grafana.com/v1alpha1", "TempoStack"],
    { template: { queryFrontend: { jaegerQuery: { ingress: { type: "" } } } } },
    ["template", "queryFrontend", "jaegerQuery", "ingress", "type"],
    "ingress",
    "no allow-list",
  ),
];
