import { configured, custom, inConfigMap, other, own, type Case } from "./case.ts";
import { changed, ours, theirs } from "./resources.ts";

const role = "trace-store-shop-jaeger-reader-role";
const pki = "otel-gateway-identity-certificate";
const login = "jaeger-query-shop-identity-role";
const policy = "jaeger-query-shop-identity-policy";
const kubernetesLogin = "vault:kubernetes/authBackendRole:AuthBackendRole";
const bound = { boundServiceAccountNames: ["shop"], boundServiceAccountNamespaces: ["tracing"] };
const vaultPolicy = (defect: string, text: string, says: string): Case =>
  own("isolation-vault", defect, policy, ["policy"], text, says);

const mapping = "elasticstack:index/elasticsearchSecurityRoleMapping:ElasticsearchSecurityRoleMapping";
const rules = (username: string) =>
  JSON.stringify({ all: [{ field: { "realm.name": "oidc" } }, { field: { username } }] });

const clusterRole = {
  ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "x" } },
  rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] } as object],
};
const ruled = (defect: string, group: string, resource: string, verb: string, says: string): Case =>
  other(
    "isolation-rbac",
    defect,
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
    clusterRole,
    ["rules", 0],
    { apiGroups: [group], resources: [resource], verbs: [verb] },
    says,
  );
const project = {
  sourceRepos: ["https://git.company.example/tracing"],
  destinations: [{ server: "https://kubernetes.default.svc", namespace: "tracing" }],
};
const argo = (key: string, value: unknown): Case =>
  custom(
    "isolation-rbac",
    `a project with any ${key}`,
    ["argoproj.io/v1alpha1", "AppProject"],
    project,
    [key],
    value,
    "is everything",
  );

const prod = (name: string, keys: (string | number)[], value: unknown) => ({
  bad: changed(name, keys, value, "prod"),
  good: ours(name, "prod"),
});
const autoscaler = (minReplicas: number) => ({
  ...{ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: { name: "any", namespace: "tracing" } },
  spec: { scaleTargetRef: { kind: "Deployment", name: "otel-gateway" }, minReplicas },
});
const budget = (defect: string, key: string, value: unknown, says: string): Case =>
  custom("operations-disruption", defect, ["policy/v1", "PodDisruptionBudget"], { selector: {} }, [key], value, says);
const kept = (key: string, good: string, bad: string): Case =>
  inConfigMap("operations-retention", `${key}: ${bad}`, key, good, bad, "30 days or less");
const exporter = ["exporters", "load_balancing"];

/** Rights that reach further than their group, and what must not be lost. */
export const isolation: readonly Case[] = [
  own(
    "isolation-elasticsearch-role",
    "indices that end like its own",
    role,
    ["indices", 0, "names"],
    ["*-jaeger-span-*"],
    "name the group's own",
  ),
  own(
    "isolation-elasticsearch-role",
    "indices by a pattern",
    role,
    ["indices", 0, "names"],
    ["/.*jaeger.*/"],
    "name the group's own",
  ),
  own(
    "isolation-elasticsearch-role",
    "Elasticsearch's own indices",
    role,
    ["indices", 0, "allowRestrictedIndices"],
    true,
    "Elasticsearch's own",
  ),
  own("isolation-elasticsearch-role", "users of all groups", role, ["clusters"], ["manage_security"], "name the few"),
  own(
    "isolation-elasticsearch-role",
    "all of Kibana",
    role,
    ["applications"],
    [{ application: "kibana-.kibana", privileges: ["all"], resources: ["*"] }],
    "is every right",
  ),
  configured(
    "isolation-elasticsearch-role",
    "a role without indices",
    "elasticsearch-config",
    ["operator"],
    { cluster: ["all"] },
    "name the few",
    "roles.yml",
  ),
  {
    ...{ policy: "isolation-elasticsearch-mapping", defect: "a role for everybody", says: "is everybody" },
    bad: theirs(mapping, { name: "x", roles: ["shop-jaeger-reader"], rules: rules("*") }),
    good: theirs(mapping, { name: "x", roles: ["shop-jaeger-reader"], rules: rules("alice") }),
  },
  own("isolation-vault", "tokens for others", login, ["boundAudiences"], undefined, "name the audience"),
  own("isolation-vault", "a policy for everything", login, ["tokenPolicies"], ["root"], "may do everything"),
  other(
    "isolation-vault",
    "accounts of any namespace",
    kubernetesLogin,
    bound,
    ["boundServiceAccountNamespaces"],
    ["*"],
    "one namespace",
  ),
  vaultPolicy("a wildcard in JSON", '{"path": {"secret/*": {"capabilities": ["read"]}}}', "name them"),
  vaultPolicy(
    "rights on Vault itself",
    'path "sys/policies/acl/x" {\n  capabilities = ["update"]\n}\n',
    "changes Vault itself",
  ),
  vaultPolicy("a text that nobody reads", "path secret/data/x { policy = read }", "cannot be read"),
  own("isolation-certificates", "any text as a host", pki, ["enforceHostnames"], false, "any text"),
  own("isolation-certificates", "hosts by a pattern", pki, ["allowedDomains"], ["*.company.example"], "name them"),
  other(
    "isolation-certificates",
    "a short key",
    "vault:pkiSecret/secretBackendRole:SecretBackendRole",
    { clientFlag: false, keyType: "rsa", keyBits: 4096 },
    ["keyBits"],
    1024,
    "write 2048",
  ),
  ruled("opening the network", "networking.k8s.io", "networkpolicies", "patch", "opens the network"),
  ruled("changing namespaces", "", "namespaces", "patch", "takes the standard off"),
  ruled("volumes of nodes", "", "persistentvolumes", "create", "nodes' files"),
  other(
    "isolation-rbac",
    "bound to a role of the system",
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
    {
      ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name: "x" } },
      roleRef: { kind: "ClusterRole", name: "x" },
    },
    ["roleRef", "name"],
    "system:kube-controller-manager",
    "nearly everything",
  ),
  argo("sourceRepos", ["*"]),
  argo("destinations", [{ server: "*", namespace: "*" }]),
  argo("clusterResourceWhitelist", [{ group: "*", kind: "*" }]),

  ...(
    [
      ["Argo CD", ["argoproj.io/v1alpha1", "Application"], ["syncPolicy"], { syncOptions: ["Replace=true"] }],
      ["Flux", ["kustomize.toolkit.fluxcd.io/v1", "Kustomization"], ["force"], true],
      ["Flux's Helm", ["helm.toolkit.fluxcd.io/v2", "HelmRelease"], ["upgrade"], { force: true }],
    ] as const
  ).map(([who, kind, keys, value]) => custom("pods-foreign", `by force of ${who}`, kind, {}, keys, value, "remove it")),

  {
    ...{ policy: "operations-replicas", defect: "an autoscaler that takes away", says: "less than 3" },
    bad: theirs("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", autoscaler(1)),
    good: theirs("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", autoscaler(3)),
  },
  {
    ...{ policy: "operations-replicas", defect: "all away at once", says: "RollingUpdate" },
    ...prod("otel-gateway-deployment", ["spec", "strategy"], { type: "Recreate" }),
  },
  other(
    "operations-replicas",
    "none by a patch",
    "kubernetes:apps/v1:DeploymentPatch",
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "otel-gateway" }, spec: {} },
    ["spec", "replicas"],
    0,
    "less than 3",
  ),
  budget("a budget that keeps nothing", "minAvailable", 0, "keeps no pod"),
  budget("a budget that lets all go", "maxUnavailable", "100%", "keeps no pod"),
  budget("a budget that holds nodes up", "maxUnavailable", 0, "lets no node be drained"),
  own(
    "operations-disruption",
    "no time to hand on",
    "otel-gateway-deployment",
    ["spec", "template", "spec", "terminationGracePeriodSeconds"],
    0,
    "in the queue is lost",
  ),
  configured(
    "operations-queue",
    "no second try",
    "otel-gateway-config",
    [...exporter, "retry_on_failure", "enabled"],
    false,
    "fails once is lost",
  ),
  configured(
    "operations-queue",
    "tries that end early",
    "otel-gateway-config",
    [...exporter, "retry_on_failure", "max_elapsed_time"],
    "5m",
    "of the promised outage",
  ),
  configured(
    "operations-queue",
    "tries of the default",
    "otel-gateway-config",
    [...exporter, "retry_on_failure", "max_elapsed_time"],
    undefined,
    "of the promised outage",
  ),
  kept("compactor.compaction.block_retention", "168h", "8760h"),
  kept("data_retention", "30d", "90d"),
  kept("policy.phases.delete.min_age", "7d", "365d"),
  custom(
    "operations-retention",
    "Jaeger's cleaner",
    ["jaegertracing.io/v1", "Jaeger"],
    { storage: { esIndexCleaner: { numberOfDays: 7 } } },
    ["storage", "esIndexCleaner", "numberOfDays"],
    365,
    "30 days or less",
  ),
  custom(
    "operations-retention",
    "no cleaner",
    ["jaegertracing.io/v1", "Jaeger"],
    { storage: { esIndexCleaner: { enabled: true } } },
    ["storage", "esIndexCleaner", "enabled"],
    false,
    "kept for ever",
  ),
];
