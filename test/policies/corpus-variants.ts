import { annotated, charted, custom, inFile, other, type Case, type Keys } from "./case.ts";

/** Defects in forms that people write as well as the usual ones: other kinds, other keys, other ways to say the same. */

const container = {
  name: "c",
  image: "docker.io/otel/opentelemetry-collector-contrib:0.158.0",
  env: [] as object[],
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  },
};
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "x", namespace: "tracing" },
  spec: {
    template: {
      spec: {
        automountServiceAccountToken: false,
        securityContext: {},
        volumes: [{ name: "v", emptyDir: { medium: "Memory" } as object }],
        containers: [container],
      },
    },
  },
};
const pod = (policy: string, defect: string, keys: Keys, value: unknown, says: string): Case =>
  other(
    policy,
    defect,
    "kubernetes:apps/v1:Deployment",
    deployment,
    ["spec", "template", "spec", ...keys],
    value,
    says,
  );
const security = (defect: string, key: string, value: unknown, says: string): Case =>
  pod("pods-restricted", defect, ["containers", 0, "securityContext", key], value, says);
const command = (defect: string, script: string, says: string): Case =>
  pod("secrets-literal", defect, ["containers", 0, "command"], ["sh", "-c", script], says);
const variable = (policy: string, defect: string, name: string, value: string, says: string): Case =>
  pod(policy, defect, ["containers", 0, "env"], [{ name, value }], says);

const exporter = { endpoint: "jaeger:4317", tls: { ca_file: "/c" } };
const collector = (policy: string, defect: string, value: object, says: string, good: object = exporter): Case => {
  const config = (exporters: object) => ({
    receivers: {},
    exporters,
    service: { pipelines: { traces: { exporters: ["x"] } } },
  });
  return inFile(policy, defect, config(good), config(value), says);
};
const json = (defect: string, value: object, says: string): Case =>
  inFile("secrets-literal", defect, { apiTokenFile: "/v/t" }, value, says, "config.json");

const networkPolicy = (direction: "Ingress" | "Egress", defect: string, peers: object[], says: string): Case => {
  const [key, side] = direction === "Ingress" ? ["ingress", "from"] : ["egress", "to"];
  return custom(
    `exposure-network-policy-${key}`,
    defect,
    ["networking.k8s.io/v1", "NetworkPolicy"],
    {
      podSelector: { matchLabels: { app: "x" } },
      policyTypes: [direction],
      [key]: [{ [side]: [{ ipBlock: { cidr: "10.20.0.0/16" } }], ports: [{ port: 443 }] }],
    },
    [key, 0, side],
    peers,
    says,
  );
};
const namespaces = (key: string, operator: string, values?: string[]) => ({
  namespaceSelector: { matchExpressions: [{ key, operator, ...(values && { values }) }] },
});
const namespaceName = "kubernetes.io/metadata.name";

const ingress = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "x", annotations: { "nginx.ingress.kubernetes.io/whitelist-source-range": "10.8.0.0/16" } },
  spec: { ingressClassName: "internal", tls: [{ hosts: ["j.example"] }], rules: [{ host: "j.example" }] },
};
const role = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: "x", labels: {} },
  rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] } as object],
};
const roled = (defect: string, keys: Keys, value: unknown, says: string): Case =>
  other("isolation-rbac", defect, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", role, keys, value, says);
const ruled = (defect: string, group: string, resource: string, verb: string, says: string): Case =>
  roled(defect, ["rules", 0], { apiGroups: [group], resources: [resource], verbs: [verb] }, says);
const bound = (name: string, says: string): Case =>
  other(
    "isolation-rbac",
    `bound to ${name}`,
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "x" },
      roleRef: { kind: "ClusterRole", name: "x" },
      subjects: [{ kind: "Group", name: "tracing-operators" }],
    },
    ["subjects", 0, "name"],
    name,
    says,
  );

const chart = (policy: string, defect: string, query: object, says: string): Case =>
  charted(policy, defect, { query: {} }, { query }, says);

const elastic = ["elasticsearch.k8s.elastic.co/v1", "Elasticsearch"] as const;

export const variants: readonly Case[] = [
  // Pods
  pod(
    "pods-token",
    "a projected token of the API",
    ["volumes", 0],
    { name: "t", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } },
    "without `audience`",
  ),
  pod("pods-restricted", "a volume of NFS", ["volumes", 0], { name: "n", nfs: { server: "n", path: "/" } }, "nfs"),
  pod("pods-restricted", "a kernel's setting", ["securityContext", "sysctls"], [{ name: "kernel.msgmax" }], "safe"),
  security("a process of the host", "windowsOptions", { hostProcess: true }, "write false"),
  security("all of /proc", "procMount", "Unmasked", "write Default"),
  security("no AppArmor", "appArmorProfile", { type: "Unconfined" }, "write RuntimeDefault"),
  security("SELinux's spc_t", "seLinuxOptions", { type: "spc_t" }, "write container_t"),
  custom(
    "pods-restricted",
    "a PersistentVolume of the node's files",
    ["v1", "PersistentVolume"],
    { capacity: { storage: "1Gi" } },
    ["hostPath"],
    { path: "/" },
    "node's files",
  ),
  chart("pods-restricted", "a chart's extra volume", { extraVolumes: [{ name: "l", hostPath: {} }] }, "node's files"),

  // Secrets
  chart(
    "secrets-reference",
    "a chart's extra variable",
    { extraEnvs: [{ name: "P", valueFrom: { secretKeyRef: { name: "es", key: "p" } } }] },
    "the Secret es",
  ),
  json("a key in camel case", { apiToken: "correct-horse" }, "holds a credential"),
  json("AWS's key", { secretAccessKey: "correct-horse" }, "holds a credential"),
  json("Azure's key", { accountKey: "correct-horse" }, "holds a credential"),
  json("a login at a registry", { auths: { r: { auth: "dXNlcjpjb3JyZWN0LWhvcnNl" } } }, "holds a credential"),
  json("Slack's webhook", { url: `https://hooks.slack.com/services/T0/B0/${"x".repeat(24)}` }, "webhook of Slack"),
  collector(
    "secrets-literal",
    "a header of a SaaS",
    { x: { headers: { team: `hcaik_${"a1".repeat(29)}` } } },
    "Honeycomb",
  ),
  variable("secrets-literal", "DB_PASS", "DB_PASS", "correct-horse", "holds a credential"),
  command("curl with a password", "curl -fsS -u elastic:correct-horse https://localhost:9200", "a password of curl"),
  command("a password in a script", "export ES_PASSWORD=correct-horse; exec jaeger", "a shell's variable"),
  ...(
    [
      ["external-secrets.io/v1", "ExternalSecret"],
      ["secrets.hashicorp.com/v1beta1", "VaultStaticSecret"],
      ["bitnami.com/v1alpha1", "SealedSecret"],
    ] as const
  ).map(([apiVersion, kind]) =>
    other(
      "secrets-object",
      kind,
      `kubernetes:${apiVersion}:${kind}`,
      { apiVersion, kind: "SecretStore", metadata: { name: "x" }, spec: {} },
      ["kind"],
      kind,
      "into etcd",
    ),
  ),
  custom(
    "secrets-object",
    "a SecretProviderClass that makes a Secret",
    ["secrets-store.csi.x-k8s.io/v1", "SecretProviderClass"],
    { provider: "vault" },
    ["secretObjects"],
    [{ secretName: "es" }],
    "into etcd",
  ),

  // Encryption
  collector(
    "encryption-verification",
    "insecure unless told otherwise",
    { x: { tls: { insecure: "${env:I:-true}" } } },
    "CA",
  ),
  collector(
    "encryption-plain-endpoint",
    "http unless told otherwise",
    { x: { endpoint: "${env:E:-http://collector:4318}" } },
    "http://",
    { x: { endpoint: "${env:E:-http://localhost:4318}" } },
  ),
  collector("encryption-plain-endpoint", "Kafka", { kafka: { brokers: ["k:9092"] } }, "Kafka", {
    kafka: { brokers: ["k:9093"], tls: { ca_file: "/c" } },
  }),
  ...["postgresql://db/shop?sslmode=disable", "jdbc:postgresql://db/shop"].map((url) =>
    other(
      "encryption-plain-endpoint",
      url,
      "kubernetes:core/v1:ConfigMap",
      { apiVersion: "v1", kind: "ConfigMap", data: { url: "jdbc:postgresql://db/shop?sslmode=verify-full" } },
      ["data", "url"],
      url,
      "not encrypted",
    ),
  ),
  custom(
    "encryption-verification",
    "Elasticsearch of ECK without TLS",
    elastic,
    { version: "8.15.0" },
    ["http"],
    { tls: { selfSignedCertificate: { disabled: true } } },
    "without TLS",
  ),
  annotated(ingress, "encryption-verification", "nginx.ingress.kubernetes.io/proxy-ssl-verify", "off", "write on"),

  // Exposure
  annotated(ingress, "exposure-route-tls", "nginx.ingress.kubernetes.io/ssl-redirect", "false", "unencrypted"),
  annotated(ingress, "exposure-route-tls", "traefik.ingress.kubernetes.io/router.tls", "false", "unencrypted"),
  annotated(ingress, "exposure-route-allow-list", "nginx.ingress.kubernetes.io/satisfy", "any", "can let in"),
  annotated(
    ingress,
    "exposure-route-allow-list",
    "nginx.ingress.kubernetes.io/server-snippet",
    "allow all;",
    "can let in",
  ),
  chart(
    "exposure-route-tls",
    "a chart's Ingress that is on by a text",
    { ingress: { enabled: "true", hosts: ["j.example"] } },
    "list each host",
  ),
  networkPolicy(
    "Egress",
    "to both halves of the internet",
    [{ ipBlock: { cidr: "0.0.0.0/1" } }, { ipBlock: { cidr: "128.0.0.0/1" } }],
    "everywhere",
  ),
  networkPolicy("Ingress", "from namespaces of any name", [namespaces(namespaceName, "Exists")], "name a namespace"),
  networkPolicy(
    "Ingress",
    "from all namespaces but one",
    [namespaces(namespaceName, "NotIn", ["kube-system"])],
    "name a namespace",
  ),

  // Rights
  ruled("all that pods have", "", "pods/*", "create", "gets into pods"),
  ruled("exec into anything", "", "*/exec", "create", "gets into pods"),
  ruled("nodes with all parts", "", "nodes/*", "get", "goes past the login"),
  ruled("writing Secrets", "", "secrets", "create", "tokens of other accounts"),
  ruled("webhooks", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "patch", "whatever is written"),
  ruled("approving", "certificates.k8s.io", "certificatesigningrequests/approval", "update", "any other user"),
  roled("every path", ["rules", 0], { nonResourceURLs: ["*"], verbs: ["get"] }, "every path"),
  roled(
    "a part of view",
    ["metadata", "labels", "rbac.authorization.k8s.io/aggregate-to-view"],
    "true",
    "everybody who has that role",
  ),
  roled("a sum of roles", ["aggregationRule"], { clusterRoleSelectors: [{}] }, "every role with a label"),
  bound("system:masters", "everything already"),
  bound("system:serviceaccounts:tracing", "is everybody"),
];
