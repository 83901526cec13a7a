import { charted, other, own, type Case, type Keys } from "./case.ts";

const meta = { name: "x", namespace: "tracing" };
const container = {
  ...{ name: "c", image: "docker.io/otel/opentelemetry-collector-contrib:0.158.0" },
  securityContext: {
    ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true },
    ...{ capabilities: { drop: ["ALL"] }, seccompProfile: { type: "RuntimeDefault" } },
  },
};
const token = (said: object) => ({
  name: "t",
  projected: { sources: [{ serviceAccountToken: { path: "t", ...said } }] },
});
const pod = {
  automountServiceAccountToken: false,
  securityContext: {},
  volumes: [token({ audience: "vault", expirationSeconds: 3600 })],
  containers: [container],
};
const workload = {
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: meta },
  spec: { template: { metadata: { annotations: {} }, spec: pod } },
};
const path = ["spec", "template", "spec"];
const changed = (policy: string, defect: string, keys: Keys, value: unknown, says: string): Case =>
  other(policy, defect, "kubernetes:apps/v1:Deployment", workload, [...path, ...keys], value, says);
const patched = (policy: string, defect: string, keys: Keys, value: unknown, says: string): Case =>
  other(
    policy,
    `${defect} by a patch`,
    "kubernetes:apps/v1:DeploymentPatch",
    { ...workload, spec: { template: { spec: { volumes: [] } } } },
    [...path, ...keys],
    value,
    says,
  );
const chart = (policy: string, defect: string, values: object, says: string): Case =>
  charted(policy, `${defect} by a chart's values`, {}, values, says);
const debugging = { name: "debug", image: "docker.io/otel/x:1.0.0", securityContext: { procMount: "Unmasked" } };

/** Pods that see, run or ask more than they need. */
export const pods: readonly Case[] = [
  changed("pods-shared-processes", "one process table", ["shareProcessNamespace"], true, "remove it"),
  patched("pods-shared-processes", "one process table", ["shareProcessNamespace"], true, "remove it"),
  chart("pods-shared-processes", "one process table", { shareProcessNamespace: true }, "remove it"),
  own(
    "pods-shared-processes",
    "the gateway's processes",
    "otel-gateway-deployment",
    [...path, "shareProcessNamespace"],
    true,
    "remove it",
  ),

  changed(
    "pods-token",
    "a token for the API by its name",
    ["volumes", 0],
    token({ audience: "https://kubernetes.default.svc.cluster.local" }),
    "another `audience`",
  ),
  changed(
    "pods-token",
    "a token for a year",
    ["volumes", 0],
    token({ audience: "vault", expirationSeconds: 31536000 }),
    "expire earlier",
  ),
  patched("pods-token", "a token", ["automountServiceAccountToken"], true, "is not false"),
  patched("pods-token", "a projected token", ["volumes"], [token({})], "without `audience`"),
  chart(
    "pods-token",
    "a token",
    { serviceAccount: { create: true, automountServiceAccountToken: true } },
    "is not false",
  ),
  other(
    "pods-token",
    "an account that hands out tokens",
    "kubernetes:core/v1:ServiceAccount",
    { apiVersion: "v1", kind: "ServiceAccount", metadata: meta },
    ["automountServiceAccountToken"],
    true,
    "write false",
  ),

  patched(
    "pods-restricted",
    "an ephemeral container with all of /proc",
    ["ephemeralContainers"],
    [debugging],
    "write Default",
  ),
  changed("pods-restricted", "the group of root", ["securityContext", "fsGroup"], 0, "other than 0"),
  changed("pods-restricted", "another group of root", ["securityContext", "supplementalGroups"], [0], "other than 0"),
  other(
    "pods-restricted",
    "no AppArmor by an annotation",
    "kubernetes:apps/v1:Deployment",
    workload,
    ["spec", "template", "metadata", "annotations", "container.apparmor.security.beta.kubernetes.io/c"],
    "unconfined",
    "write runtime/default",
  ),
  patched("exposure-host", "the node's processes", ["hostPID"], true, "remove it"),
  patched("exposure-host", "the node's memory", ["hostIPC"], true, "remove it"),
  changed(
    "pods-image",
    "a tag that moves",
    ["containers", 0, "image"],
    "docker.io/otel/opentelemetry-collector:v1",
    "exact tag",
  ),

  changed("pods-placement", "a named node", ["nodeName"], "node-1", "remove it"),
  changed(
    "pods-placement",
    "before what runs the cluster",
    ["priorityClassName"],
    "system-node-critical",
    "another class",
  ),
  changed("pods-placement", "every taint", ["tolerations"], [{ operator: "Exists" }], "named taint"),
  changed(
    "pods-placement",
    "the control plane",
    ["tolerations"],
    [{ key: "node-role.kubernetes.io/control-plane" }],
    "named taint",
  ),
  chart("pods-placement", "every taint", { tolerations: [{ operator: "Exists" }] }, "named taint"),

  changed(
    "exposure-names",
    "a name that leads elsewhere",
    ["hostAliases"],
    [{ ip: "203.0.113.7", hostnames: ["vault"] }],
    "leads elsewhere",
  ),
  changed("exposure-names", "a public name server", ["dnsConfig"], { nameservers: ["8.8.8.8"] }, "is not within"),
];
