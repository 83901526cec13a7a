import { configured, other, own, type Case } from "./case.ts";

const pod = ["spec", "template", "spec"];
const container = [...pod, "containers", 0];
const query = "jaeger-query-shop-deployment";

const role = (rules: object[], kind = "Role") => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind,
  metadata: { name: "reader", namespace: "tracing" },
  rules,
});
const roleType = "kubernetes:rbac.authorization.k8s.io/v1:Role";
const goodRole = role([{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"] }]);
const ruled = (defect: string, rule: object, says: string): Case =>
  other("isolation-rbac", defect, roleType, goodRole, ["rules", 0], { apiGroups: [""], ...rule }, says);

const binding = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name: "jaeger" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "jaeger-reader" },
  subjects: [{ kind: "ServiceAccount", name: "jaeger", namespace: "tracing" }],
};
const bindingType = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding";

const proxyPod = (image: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "login", namespace: "tracing" },
  spec: { containers: [{ name: "oauth2-proxy", image }] },
});
const goodProxy = proxyPod("quay.io/oauth2-proxy/oauth2-proxy:v7.15.3");
const proxy = (defect: string, image: string, says: string): Case =>
  other(
    "exposure-login-version",
    defect,
    "kubernetes:core/v1:Pod",
    goodProxy,
    ["spec", "containers", 0, "image"],
    image,
    says,
  );

const namespace = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "observability", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
};

const openSearch = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "opensearch", namespace: "tracing" },
  data: { "opensearch.yml": "plugins.security.disabled: false\n" },
};

const tlsRoute = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "TLSRoute",
  metadata: { name: "jaeger", namespace: "tracing" },
  spec: { parentRefs: [{ namespace: "ingress", name: "internal" }], hostnames: ["jaeger.company.example"] },
};
const route = (kind: string, keys: readonly (string | number)[], value: unknown, says: string): Case =>
  other(
    "exposure-route-allow-list",
    `${kind} by a gateway that lets in everybody`,
    `kubernetes:gateway.networking.k8s.io/v1:${kind}`,
    { ...tlsRoute, kind },
    keys,
    value,
    says,
  );

/** Rights, Secrets, namespaces, volumes, and what lets everybody in. */
export const rights: readonly Case[] = [
  ruled("reads Secrets", { resources: ["secrets"], verbs: ["get", "list"] }, "reads every Secret"),
  ruled(
    "watches Secrets by name",
    { resources: ["secrets"], resourceNames: ["one"], verbs: ["watch"] },
    "reads every Secret",
  ),
  ruled("gets into pods", { resources: ["pods/exec"], verbs: ["create"] }, "gets into pods"),
  ruled("goes past the login", { resources: ["services/proxy"], verbs: ["get"] }, "goes past the login"),
  ruled("every verb", { resources: ["configmaps"], verbs: ["*"] }, "* is every verb"),
  ruled("every kind", { resources: ["*"], verbs: ["get"] }, "* is every kind"),
  ruled("gives itself rights", { resources: ["roles"], verbs: ["escalate"] }, "gives itself further rights"),
  ruled("becomes another", { resources: ["serviceaccounts/token"], verbs: ["create"] }, "becomes any other account"),
  other(
    "isolation-rbac",
    "administrator",
    bindingType,
    binding,
    ["roleRef", "name"],
    "cluster-admin",
    "nearly everything",
  ),
  other(
    "isolation-rbac",
    "bound to everybody",
    bindingType,
    binding,
    ["subjects", 0],
    { kind: "Group", name: "system:authenticated" },
    "is everybody",
  ),
  other(
    "isolation-rbac",
    "the default account",
    bindingType,
    binding,
    ["subjects", 0, "name"],
    "default",
    "is everybody",
  ),

  own(
    "secrets-reference",
    "a variable from a Secret",
    query,
    [...container, "env"],
    [{ name: "ES_PASSWORD", valueFrom: { secretKeyRef: { name: "jaeger-es", key: "password" } } }],
    "the Secret jaeger-es",
  ),
  own(
    "secrets-reference",
    "all of a Secret",
    "wiring-shop-api-patch",
    [...container, "envFrom"],
    [{ secretRef: { name: "shop" } }],
    "all of the Secret shop",
  ),
  own(
    "secrets-reference",
    "a volume of a Secret",
    query,
    [...pod, "volumes", 0],
    { name: "tls", secret: { secretName: "jaeger-tls" } },
    "mounts the Secret jaeger-tls",
  ),
  own(
    "secrets-reference",
    "a projected Secret",
    query,
    [...pod, "volumes", 0],
    { name: "tls", projected: { sources: [{ secret: { name: "jaeger-tls" } }] } },
    "mounts the Secret jaeger-tls",
  ),
  own(
    "secrets-memory",
    "Vault's files on the disk",
    query,
    [...pod, "volumes", 1],
    { name: "vault-secrets", emptyDir: {} },
    "vault-secrets holds secrets on the node's disk",
  ),
  other(
    "secrets-memory",
    "a volume that Vault Agent writes",
    "kubernetes:core/v1:Pod",
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p", namespace: "tracing" },
      spec: {
        containers: [
          { name: "agent", image: "hashicorp/vault:1.21.2", volumeMounts: [{ name: "files", mountPath: "/v" }] },
        ],
        volumes: [{ name: "files", emptyDir: { medium: "Memory" } }],
      },
    },
    ["spec", "volumes", 0, "emptyDir"],
    {},
    "files holds secrets",
  ),

  own(
    "isolation-default-namespace",
    "no namespace",
    "otel-gateway-service",
    ["metadata", "namespace"],
    undefined,
    "is missing",
  ),
  own("isolation-default-namespace", "in default", query, ["metadata", "namespace"], "default", "is default"),
  own(
    "isolation-default-namespace",
    "among Kubernetes' own",
    query,
    ["metadata", "namespace"],
    "kube-system",
    "is kube-system",
  ),
  own(
    "isolation-namespace-standard",
    "no standard",
    "tracing-namespace",
    ["metadata", "labels", "pod-security.kubernetes.io/enforce"],
    undefined,
    "is missing",
  ),
  other(
    "isolation-namespace-standard",
    "everything is allowed",
    "kubernetes:core/v1:Namespace",
    namespace,
    ["metadata", "labels", "pod-security.kubernetes.io/enforce"],
    "privileged",
    "is privileged",
  ),

  configured(
    "isolation-elasticsearch-security",
    "security off",
    "elasticsearch-config",
    ["xpack.security.enabled"],
    false,
    "everybody may read",
    "elasticsearch.yml",
  ),
  configured(
    "isolation-elasticsearch-security",
    "an anonymous user",
    "elasticsearch-config",
    ["xpack.security.authc.anonymous.roles"],
    ["reader"],
    "who has no password",
    "elasticsearch.yml",
  ),
  configured(
    "isolation-elasticsearch-security",
    "more for the anonymous user of probes",
    "elasticsearch-config",
    ["health"],
    { cluster: ["cluster:monitor/health", "monitor"] },
    "lets whoever has no password do monitor",
    "roles.yml",
  ),
  configured(
    "isolation-elasticsearch-security",
    "indices for the anonymous user of probes",
    "elasticsearch-config",
    ["health"],
    { cluster: ["cluster:monitor/health"], indices: [{ names: ["shop-*"], privileges: ["read"] }] },
    "lets whoever has no password do read",
    "roles.yml",
  ),
  configured(
    "isolation-elasticsearch-security",
    "no TLS",
    "elasticsearch-config",
    ["xpack.security.http.ssl", "enabled"],
    false,
    "go over the network",
    "elasticsearch.yml",
  ),
  own(
    "isolation-elasticsearch-security",
    "security off by the environment",
    "elasticsearch-statefulset",
    [...container, "env", 0],
    { name: "xpack.security.enabled", value: "false" },
    "everybody may read",
  ),
  other(
    "isolation-elasticsearch-security",
    "OpenSearch without its plugin",
    "kubernetes:core/v1:ConfigMap",
    openSearch,
    ["data", "opensearch.yml"],
    "plugins.security.disabled: true\n",
    "everybody may read",
  ),

  own(
    "operations-volume-retention",
    "volumes go with the pods",
    "elasticsearch-statefulset",
    ["spec", "persistentVolumeClaimRetentionPolicy"],
    { whenDeleted: "Delete", whenScaled: "Retain" },
    "write Retain",
  ),
  own(
    "operations-volume-retention",
    "volumes go with the last pods",
    "otel-sampler-statefulset",
    ["spec", "persistentVolumeClaimRetentionPolicy"],
    { whenScaled: "Delete" },
    "write Retain",
  ),

  proxy("an old proxy", "quay.io/oauth2-proxy/oauth2-proxy:v7.6.0", "write 7.15.2 or newer"),
  proxy(
    "an old proxy behind a mirror",
    "mirror.example/oauth2-proxy/oauth2-proxy:v7.15.1-alpine",
    "write 7.15.2 or newer",
  ),
  proxy("a proxy of no version", "quay.io/oauth2-proxy/oauth2-proxy:latest", "does not say its version"),

  route("TLSRoute", ["spec", "parentRefs", 0, "name"], "public", "ingress/public"),
  route("HTTPRoute", ["spec", "parentRefs", 0, "namespace"], undefined, "tracing/internal"),
  route("GRPCRoute", ["spec", "parentRefs"], undefined, "no gateway"),
];
