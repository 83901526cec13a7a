import { custom, other, type Case } from "./case.ts";

const meta = { name: "x", namespace: "tracing" };
const map = { apiVersion: "v1", kind: "ConfigMap", metadata: meta };
const file = (policy: string, defect: string, name: string, good: string, bad: string, says: string): Case =>
  other(policy, defect, "kubernetes:core/v1:ConfigMap", { ...map, data: { [name]: good } }, ["data", name], bad, says);
const json = (policy: string, defect: string, good: object, bad: object, says: string): Case =>
  file(policy, defect, "config.yaml", JSON.stringify(good), JSON.stringify(bad), says);

const app = (env: object[], command: string[], mounts: object[] = [], volumes: object[] = []) => ({
  ...{ apiVersion: "apps/v1", kind: "StatefulSet", metadata: meta },
  spec: {
    template: { spec: { containers: [{ name: "c", image: "x:1.0.0", env, command, volumeMounts: mounts }], volumes } },
  },
});
const pod = ["spec", "template", "spec"];
const variable = (policy: string, name: string, good: string, bad: string, says: string): Case =>
  other(
    policy,
    `${name}: ${bad}`,
    "kubernetes:apps/v1:StatefulSet",
    app([{ name, value: good }], ["x"]),
    [...pod, "containers", 0, "env", 0, "value"],
    bad,
    says,
  );
const chart = (policy: string, defect: string, good: object, bad: object, says: string): Case =>
  other(
    policy,
    `${defect} (a chart)`,
    "kubernetes:helm.sh/v3:Release",
    { chart: "x", name: "x", namespace: "tracing", values: good },
    ["values"],
    bad,
    says,
  );
const annotation = (policy: string, key: string, good: string, bad: string | undefined, says: string): Case =>
  other(
    policy,
    `${key}: ${bad ?? "its default"}`,
    "kubernetes:networking.k8s.io/v1:Ingress",
    {
      ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
      metadata: { name: "x", annotations: { "nginx.ingress.kubernetes.io/enable-cors": "true", [key]: good } },
    },
    ["metadata", "annotations", key],
    bad,
    says,
  );
const tls = { cert_file: "/a", key_file: "/b" };
const receiver = (of: object, extensions: object = {}) => ({
  receivers: {
    otlp: { protocols: { http: { endpoint: "0.0.0.0:4318", tls, auth: { authenticator: "oidc" }, ...of } } },
  },
  extensions: { oidc: { issuer_url: "https://login.company.example", audience: "traces" }, ...extensions },
  exporters: { nop: {} },
});
const listener = (address: string) => ({ listener: [{ tcp: { address, tls_disable: true } }] });
/** What programs and controllers are told by their own settings. */
export const programs: readonly Case[] = [
  variable(
    "exposure-debugging",
    "JAVA_TOOL_OPTIONS",
    "-agentlib:jdwp=transport=dt_socket,server=y,address=127.0.0.1:5005",
    "-agentlib:jdwp=transport=dt_socket,server=y,address=*:5005",
    "debugger",
  ),
  variable("exposure-debugging", "NODE_OPTIONS", "--inspect=127.0.0.1:9229", "--inspect=0.0.0.0:9229", "debugger"),
  variable("exposure-debugging", "ES_JAVA_OPTS", "-Xmx1g", "-Dcom.sun.management.jmxremote.port=9010", "opens the JVM"),
  variable("exposure-debugging", "GF_AUTH_ANONYMOUS_ENABLED", "false", "true", "no name"),
  file(
    "exposure-debugging",
    "Grafana for everybody",
    "grafana.ini",
    "[auth.anonymous]\nenabled = false\n",
    "[auth.anonymous]\norg_role = Viewer\nenabled = true\n",
    "no name",
  ),
  chart(
    "exposure-debugging",
    "Traefik's own pages",
    { ingressRoute: { dashboard: { enabled: false } } },
    { ingressRoute: { dashboard: { enabled: true } } },
    "own pages",
  ),

  json(
    "exposure-origins",
    "spans of every site",
    receiver({ cors: { allowed_origins: ["https://shop.company.example"] } }),
    receiver({ cors: { allowed_origins: ["*"] } }),
    "every site",
  ),
  file(
    "exposure-origins",
    "Elasticsearch for every site",
    "elasticsearch.yml",
    "http.cors.allow-origin: https://a.example",
    'http.cors.allow-origin: "*"',
    "every site",
  ),
  annotation(
    "exposure-origins",
    "nginx.ingress.kubernetes.io/cors-allow-origin",
    "https://a.example",
    undefined,
    "every site",
  ),
  custom(
    "exposure-origins",
    "a middleware for every site",
    ["traefik.io/v1alpha1", "Middleware"],
    { headers: { accessControlAllowOriginList: ["https://a.example"] } },
    ["headers", "accessControlAllowOriginList"],
    ["*"],
    "every site",
  ),

  json(
    "encryption-listener",
    "Vault Agent beyond the pod",
    listener("127.0.0.1:8100"),
    listener("0.0.0.0:8100"),
    "beyond the pod",
  ),
  file(
    "encryption-listener",
    "Vault without TLS",
    "vault.hcl",
    'address = "0.0.0.0:8200"\ntls_disable = "0"\n',
    'address = "0.0.0.0:8200"\ntls_disable = "1"\n',
    "beyond the pod",
  ),
  other(
    "encryption-listener",
    "Vault for trials",
    "kubernetes:apps/v1:StatefulSet",
    app([], ["vault", "server", "-config=/v"]),
    [...pod, "containers", 0, "command"],
    ["vault", "server", "-dev"],
    "for trials",
  ),
  chart(
    "encryption-listener",
    "Vault without TLS",
    { global: { tlsDisable: false } },
    { global: { tlsDisable: true } },
    "without TLS",
  ),
  json(
    "encryption-mutual-tls",
    "tokens for others",
    receiver({}),
    receiver({}, { oidc: { issuer_url: "https://login.company.example", ignore_audience: true } }),
    "somebody else",
  ),
  json(
    "encryption-mutual-tls",
    "no authenticator",
    receiver({}),
    receiver({ auth: { authenticator: "" } }),
    "anybody may deliver",
  ),
  annotation(
    "encryption-plain-endpoint",
    "nginx.ingress.kubernetes.io/backend-protocol",
    "HTTPS",
    "HTTP",
    "unencrypted",
  ),
  custom(
    "encryption-plain-endpoint",
    "Traefik to the pod",
    ["traefik.io/v1alpha1", "IngressRoute"],
    { routes: [{ services: [{ name: "login", port: 8443, scheme: "https" }] }] },
    ["routes", 0, "services", 0, "scheme"],
    "http",
    "unencrypted",
  ),
  custom(
    "encryption-plain-endpoint",
    "metrics",
    ["monitoring.coreos.com/v1", "ServiceMonitor"],
    { endpoints: [{ port: "metrics", scheme: "https" }] },
    ["endpoints", 0, "scheme"],
    "http",
    "unencrypted",
  ),
  custom(
    "encryption-plain-endpoint",
    "a mesh that need not encrypt",
    ["security.istio.io/v1", "PeerAuthentication"],
    { mtls: { mode: "STRICT" } },
    ["mtls", "mode"],
    "PERMISSIVE",
    "unencrypted",
  ),
  custom(
    "encryption-plain-endpoint",
    "a mesh that does not",
    ["networking.istio.io/v1", "DestinationRule"],
    { trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" } } },
    ["trafficPolicy", "tls", "mode"],
    "DISABLE",
    "unencrypted",
  ),
  chart("encryption-plain-endpoint", "Elasticsearch", { protocol: "https" }, { protocol: "http" }, "unencrypted"),

  file(
    "exposure-behind-proxy",
    "a proxy without a login",
    "nginx.conf",
    "location / {\n proxy_pass http://127.0.0.1:8443;\n}\n",
    "location / {\n proxy_pass http://127.0.0.1:16686;\n}\n",
    "without the login",
  ),
  other(
    "exposure-route-allow-list",
    "headers of everybody",
    "kubernetes:apps/v1:StatefulSet",
    app([], ["traefik", "--entrypoints.web.forwardedHeaders.trustedIPs=10.8.0.0/16"]),
    [...pod, "containers", 0, "command"],
    ["traefik", "--entrypoints.web.forwardedHeaders.trustedIPs=0.0.0.0/0"],
    "believes everybody",
  ),
  chart(
    "exposure-network-policy-ingress",
    "everybody",
    { networkPolicy: { allowExternal: false } },
    { networkPolicy: { allowExternal: true } },
    "everybody may come in",
  ),
  custom(
    "exposure-service-target",
    "a mesh's host outside",
    ["networking.istio.io/v1", "ServiceEntry"],
    { hosts: ["es.company.example"] },
    ["hosts"],
    ["otlp.vendor.example"],
    "is not within",
  ),
  other(
    "exposure-service-target",
    "a webhook outside",
    "kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration",
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingWebhookConfiguration",
      webhooks: [{ clientConfig: { service: { name: "x" } } }],
    },
    ["webhooks", 0, "clientConfig"],
    { url: "https://hooks.vendor.example/x" },
    "is not within",
  ),

  variable(
    "secrets-literal",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "x-api-key=${KEY}",
    "x-api-key=correct-horse",
    "keep it in Vault",
  ),
  other(
    "secrets-object",
    "a certificate's key",
    "kubernetes:cert-manager.io/v1:Issuer",
    { apiVersion: "cert-manager.io/v1", kind: "Issuer", metadata: meta, spec: {} },
    ["kind"],
    "Certificate",
    "into etcd",
  ),
  variable(
    "privacy-capture",
    "OTEL_JAVA_EXPERIMENTAL_SPAN_ATTRIBUTES_COPY_FROM_BAGGAGE_INCLUDE",
    "",
    "*",
    "what others send along",
  ),
  file(
    "isolation-superuser",
    "a user by a file",
    "users_roles",
    "reader:bob\n",
    "superuser:bob\n",
    "may do everything",
  ),
  other(
    "isolation-superuser",
    "a reader of all indices",
    "elasticstack:index/elasticsearchSecurityUser:ElasticsearchSecurityUser",
    { username: "x", roles: ["shop-jaeger-reader"] },
    ["roles"],
    ["viewer"],
    "may do everything",
  ),
  other(
    "isolation-namespace-standard",
    "a patch that takes it off",
    "kubernetes:core/v1:NamespacePatch",
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "tracing", labels: {} } },
    ["metadata", "labels", "pod-security.kubernetes.io/enforce"],
    "privileged",
    "is privileged",
  ),
  chart(
    "isolation-rbac",
    "every Secret",
    { clusterRole: { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] } },
    { clusterRole: { rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["list"] }] } },
    "reads every Secret",
  ),
  chart(
    "operations-volume-retention",
    "no volume",
    { persistence: { enabled: true } },
    { persistence: { enabled: false } },
    "goes with the pod",
  ),
  other(
    "operations-volume-retention",
    "Elasticsearch's data in the pod",
    "kubernetes:apps/v1:StatefulSet",
    app(
      [],
      ["x"],
      [{ name: "data", mountPath: "/usr/share/elasticsearch/data" }],
      [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
    ),
    [...pod, "volumes", 0],
    { name: "data", emptyDir: {} },
    "goes with the pod",
  ),
];
