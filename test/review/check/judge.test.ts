import { generateKeyPairSync } from "node:crypto";
import "../../support/without-sdks.ts";
import type { V1NetworkPolicy } from "@kubernetes/client-node";
import type { Answer, Unread } from "../../../review/check/answer.ts";
import { isFirst, judgeCluster, judgeNamespace } from "../../../review/check/cluster.ts";
import { unread, type Finding } from "../../../review/check/finding.ts";
import type { LiveCluster, LiveService } from "../../../review/check/live.ts";
import { judgeIssuer, type Issuer } from "../../../review/check/issuer.ts";
import { judgeEgress } from "../../../review/check/network.ts";
import { lackingRights, lines, mustStop, report } from "../../../review/check/report.ts";
import { judgePatch, judgeService, judgeTrial } from "../../../review/check/service.ts";
import { podSelectorOf, type LiveWorkload } from "../../../review/check/workload.ts";
import { contextOf } from "../../support/context.ts";

/** The kinds of company of the field: what each has, and the sentence that it gets. */

const read = <T>(value: T): Answer<T> => ({ state: "read", value });
const missing = { state: "missing" } as const;
const forbidden = { state: "unread", reason: 'User "reader" cannot list resource' } as const;

interface Change {
  container?: object;
  pod?: object;
  spec?: object;
  managed?: object[];
  live?: Partial<LiveService>;
  settings?: object;
}

const workload = ({ container = {}, pod = {}, spec = {}, managed = [] }: Change): LiveWorkload => ({
  metadata: { name: "shop-api", namespace: "shop", managedFields: managed },
  spec: {
    selector: { matchLabels: { app: "shop-api" } },
    template: {
      metadata: { labels: { app: "shop-api" } },
      spec: { serviceAccountName: "shop-api", containers: [{ name: "shop-api", ...container }], ...pod },
    },
    ...spec,
  },
});

/** What else there is to read of a service: nothing that stands in the way. */
const nothingElse: Omit<LiveService, "workload"> = {
  namespace: read({}),
  neighbours: read([]),
  configMaps: new Map(),
  ownConfig: missing,
  policies: read([]),
  quotas: read([]),
  limits: read([]),
  pods: read([]),
  autoscalers: read([]),
  architectures: read([]),
  takenPorts: read([]),
};

function findings(change: Change = {}): readonly Finding[] {
  const context = contextOf({ services: { "shop-api": change.settings ?? {} } });
  const shop = context.landscape.services.find(({ id }) => id === "shop-api")!;
  const live: LiveService = { ...nothingElse, workload: read(workload(change)), ...change.live };
  return judgeService(context, shop, live).findings;
}

const owned = (variable: string, manager = "kubectl-client-side-apply") => ({
  manager,
  operation: "Update",
  fieldsV1: {
    "f:spec": {
      "f:template": {
        "f:spec": {
          "f:containers": { 'k:{"name":"shop-api"}': { "f:env": { [`k:{"name":"${variable}"}`]: { "f:value": {} } } } },
        },
      },
    },
  },
});
const env = (name: string, value: object | string) => ({
  env: [typeof value === "string" ? { name, value } : { name, valueFrom: value }],
});
const configMap = (data: Record<string, string>) => new Map([["shop-api-env", read({ data })]]);
const fromConfigMap = { envFrom: [{ configMapRef: { name: "shop-api-env" } }] };

test("a service as most are: nothing is found", () => expect(findings()).toEqual([]));

test.each<[string, Change, string, string?]>([
  [
    "options by envFrom would be lost",
    { container: fromConfigMap, live: { configMaps: configMap({ JAVA_TOOL_OPTIONS: "-Xmx192m" }) } },
    "gets JAVA_TOOL_OPTIONS by envFrom from the ConfigMap shop-api-env",
    "services: {shop-api: {variables: {JAVA_TOOL_OPTIONS: append}}}",
  ],
  [
    "options by valueFrom",
    {
      container: env("JAVA_TOOL_OPTIONS", { configMapKeyRef: { name: "shop-api-env", key: "opts" } }),
      managed: [owned("JAVA_TOOL_OPTIONS")],
    },
    "by valueFrom (ConfigMap shop-api-env, key opts), managed by kubectl-client-side-apply",
    "JAVA_TOOL_OPTIONS: keep",
  ],
  [
    "a name of the owner's own",
    { container: env("OTEL_SERVICE_NAME", "shop-backend"), managed: [owned("OTEL_SERVICE_NAME", "helm")] },
    'has OTEL_SERVICE_NAME="shop-backend", managed by helm',
    "OTEL_SERVICE_NAME: keep",
  ],
  [
    "append, and nothing to append to",
    { settings: { variables: { JAVA_TOOL_OPTIONS: "append" } } },
    "gets no JAVA_TOOL_OPTIONS by envFrom",
  ],
  [
    "no such Deployment",
    { live: { workload: missing, neighbours: read(["Deployment web"]) } },
    "has Deployment web",
    "deployment: web",
  ],
  [
    "a StatefulSet",
    { live: { workload: missing, neighbours: read(["Deployment web", "StatefulSet shop-api"]) } },
    "there is no Deployment shop-api",
    "services: {shop-api: {workload: StatefulSet}}",
  ],
  [
    "a DaemonSet of another name",
    { live: { workload: missing, neighbours: read(["DaemonSet web"]) } },
    "has DaemonSet web",
    "services: {shop-api: {workload: DaemonSet, deployment: web}}",
  ],
  [
    "a StatefulSet that is not there",
    { live: { workload: missing, neighbours: read(["StatefulSet web"]) }, settings: { workload: "StatefulSet" } },
    "there is no StatefulSet shop-api",
    "services: {shop-api: {deployment: web}}",
  ],
  ["no such namespace", { live: { namespace: missing } }, "there is no namespace shop"],
  [
    "no such container",
    { settings: { container: "app" } },
    "has the containers shop-api; none is called app",
    "container: shop-api",
  ],
  [
    "another account",
    { pod: { serviceAccountName: "runner" } },
    "run as service account runner",
    "serviceAccount: runner",
  ],
  ["everybody's account", { pod: { serviceAccountName: undefined } }, "run as service account default"],
  ["the host's network", { pod: { hostNetwork: true } }, "on the host's network"],
  [
    "a collector of its own",
    { pod: { containers: [{ name: "shop-api" }, { name: "otel", ports: [{ containerPort: 4318 }] }] } },
    "container otel listens on 4318, where the agent",
    "services: {shop-api: {agentPorts: {http: 14318}}}",
  ],
  [
    "a collector of its own, and of the way out",
    {
      pod: {
        containers: [
          { name: "shop-api" },
          { name: "otel", ports: [{ containerPort: 4317 }, { containerPort: 4318 }, { containerPort: 14317 }] },
        ],
      },
    },
    "container otel listens on 4317 and 4318",
    "agentPorts: {grpc: 24317, http: 14318}",
  ],
  [
    "a collector of its own, of which it says nothing",
    { live: { takenPorts: read([4318]) } },
    "something of which the Deployment says nothing listens on 4318, where the agent",
    "services: {shop-api: {agentPorts: {http: 14318}}}",
  ],
  [
    "a collector of its own, of which it says all, and which was seen",
    {
      pod: { containers: [{ name: "shop-api" }, { name: "otel", ports: [{ containerPort: 4317 }] }] },
      live: { takenPorts: read([4317]) },
    },
    "container otel listens on 4317, where the agent",
    "services: {shop-api: {agentPorts: {grpc: 14317}}}",
  ],
  [
    "an egress of ours where there is none",
    { settings: { allowEgress: true } },
    "would be the first, and cut them off",
    "remove services.shop-api.allowEgress",
  ],
  [
    "ARM nodes, by the owner's choice",
    { settings: { runtime: "dotnet" }, pod: { nodeSelector: { "kubernetes.io/arch": "arm64" } } },
    "its pods run on arm64, and linux-x64 is for amd64",
    "services: {shop-api: {dotnetRuntime: linux-arm64}}",
  ],
  [
    "ARM nodes, as they are",
    { settings: { runtime: "dotnet", dotnetRuntime: "linux-musl-x64" }, live: { architectures: read(["arm64"]) } },
    "its pods run on arm64",
    "dotnetRuntime: linux-musl-arm64",
  ],
  ["Windows", { pod: { nodeSelector: { "kubernetes.io/os": "windows" } } }, "are for windows"],
  [
    "paused",
    { spec: { paused: true } },
    "its rollout is paused",
    "kubectl rollout resume --namespace shop deployment/shop-api",
  ],
  [
    "a quota that demands CPU limits",
    { live: { quotas: read([{ metadata: { name: "team" }, spec: { hard: { "limits.cpu": "4" } } }]) } },
    "the quota team demands a CPU limit",
    "cpuLimit",
  ],
  [
    "a least size of containers",
    { live: { limits: read([{ spec: { limits: [{ type: "Container", min: { memory: "128Mi" } }] } }]) } },
    "wants 128Mi of memory at least, and otel-agent ask for less",
    "memoryMib: 128",
  ],
  [
    "a ConfigMap of our name",
    { live: { ownConfig: read({ metadata: { labels: {} } }) } },
    "exists and is not the stack's",
  ],
])("%s: stops", (_, change, text, write = "") => {
  const stops = findings(change).filter(({ level }) => level === "stop");
  expect(stops).toHaveLength(1);
  expect(stops[0]!.text).toContain(text);
  expect(stops[0]!.write ?? "").toContain(write);
});

test.each<[string, Change]>([
  [
    "append takes what envFrom brings",
    {
      container: fromConfigMap,
      live: { configMaps: configMap({ JAVA_TOOL_OPTIONS: "-Xmx192m" }) },
      settings: { variables: { JAVA_TOOL_OPTIONS: "append" } },
    },
  ],
  [
    "keep goes around an entry of the owner's",
    {
      container: env("JAVA_TOOL_OPTIONS", "-Xmx192m"),
      managed: [owned("JAVA_TOOL_OPTIONS")],
      settings: { variables: { JAVA_TOOL_OPTIONS: "keep" } },
    },
  ],
  [
    "a variable of an earlier up is the stack's",
    { container: env("OTEL_SERVICE_NAME", "old"), managed: [owned("OTEL_SERVICE_NAME", "tracing-shop-api")] },
  ],
  [
    "a prefix makes another name of it",
    {
      container: { envFrom: [{ configMapRef: { name: "shop-api-env" }, prefix: "X_" }] },
      live: { configMaps: configMap({ JAVA_TOOL_OPTIONS: "-Xmx192m" }) },
    },
  ],
  [
    "CPU limits for the quota",
    {
      live: { quotas: read([{ metadata: { name: "team" }, spec: { hard: { "limits.cpu": "4" } } }]) },
      settings: { cpuLimit: "200m" },
    },
  ],
  [
    "a limit by default for the quota",
    {
      live: {
        quotas: read([{ metadata: { name: "team" }, spec: { hard: { "limits.cpu": "4" } } }]),
        limits: read([{ spec: { limits: [{ type: "Container", _default: { cpu: "1" } }] } }]),
      },
    },
  ],
  [
    "other ports for the agent",
    {
      pod: { containers: [{ name: "shop-api" }, { name: "otel", ports: [{ containerPort: 4318 }] }] },
      settings: { agentPorts: { http: 14318 } },
    },
  ],
  [
    "an egress of ours",
    {
      live: { policies: read([{ metadata: { name: "deny" }, spec: { podSelector: {}, policyTypes: ["Egress"] } }]) },
      settings: { allowEgress: true },
    },
  ],
  [
    "a build for ARM",
    {
      settings: { runtime: "dotnet", dotnetRuntime: "linux-arm64" },
      live: { architectures: read(["arm64"]) },
    },
  ],
])("way out: %s", (_, change) => expect(findings(change)).toEqual([]));

const readOnly = { securityContext: { readOnlyRootFilesystem: true } };
const rolling = (kind: string, updateStrategy: object) => ({ settings: { workload: kind }, spec: { updateStrategy } });

test.each<[string, Change, string, string?]>([
  ["nothing that can be written", { container: readOnly }, "nothing is mounted at /tmp", "temporaryFolder: true"],
  [
    "a module",
    { settings: { runtime: "nodejs" }, container: { command: ["node", "server.mjs"] } },
    "it runs server.mjs",
    "esModules: true",
  ],
  [
    "Alpine",
    { settings: { runtime: "dotnet" }, container: { image: "company/shop-api:8.0-alpine" } },
    "looks like one with musl",
    "dotnetRuntime: linux-musl-x64",
  ],
  [
    "nodes of two kinds",
    { settings: { runtime: "dotnet" }, live: { architectures: read(["amd64", "arm64"]) } },
    "its pods run on amd64 and arm64",
  ],
  ["pods that wait for somebody", rolling("DaemonSet", { type: "OnDelete" }), "only when somebody deletes them"],
  [
    "pods that are left out",
    {
      ...rolling("StatefulSet", { rollingUpdate: { partition: 2 } }),
      spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
    },
    "its pods with numbers below 2 stay as they are",
  ],
])("%s: is worth knowing", (_, change, text, write = "") => {
  const found = findings(change);
  expect(found).toEqual([expect.objectContaining({ level: "note", text: expect.stringContaining(text) as string })]);
  expect(found[0]!.write ?? "").toContain(write);
});

test.each<[string, Change]>([
  ["a folder of its own", { container: { ...readOnly, volumeMounts: [{ name: "tmp", mountPath: "/tmp" }] } }],
  ["a folder of ours", { container: readOnly, settings: { temporaryFolder: true } }],
  ["a module, told so", { settings: { runtime: "nodejs", esModules: true }, container: { args: ["server.mjs"] } }],
])("%s: is not worth a word", (_, change) => expect(findings(change)).toEqual([]));

test("what may not be read is said, and nothing is made of it", () => {
  const all = findings({
    container: { envFrom: [{ secretRef: { name: "shop-api" } }] },
    live: { policies: forbidden, quotas: forbidden, pods: forbidden, takenPorts: forbidden },
  });
  expect(all.map(({ level }) => level)).toEqual(["unread", "unread", "unread", "unread", "unread"]);
  expect(all[0]!.text).toContain("whether something in its pods listens on 4317 and 4318");
  expect(all[1]!.text).toContain("Secret shop-api");
  expect(findings({ live: { workload: forbidden } })).toMatchObject([{ level: "unread" }]);
});

test("pods are found by expressions too", () => {
  const selector = (value: object) => podSelectorOf({ spec: { selector: value, template: {} } });
  const expressions = [
    { key: "tier", operator: "In", values: ["a", "b"] },
    { key: "track", operator: "NotIn", values: ["canary"] },
    { key: "team", operator: "Exists" },
    { key: "old", operator: "DoesNotExist" },
  ];
  expect(selector({ matchLabels: { app: "web" }, matchExpressions: expressions })).toBe(
    "app=web,tier in (a,b),track notin (canary),team,!old",
  );
  expect(selector({})).toBeUndefined();
});

test("pods that do not start, and a patch that somebody took away, are notes", () => {
  const waiting = { name: "otel-agent", state: { waiting: { reason: "ImagePullBackOff", message: "not found" } } };
  const all = findings({ live: { pods: read([{ status: { initContainerStatuses: [waiting as never] } }]) } });
  expect(all).toMatchObject([{ level: "note" }]);
  expect(all[0]!.text).toContain("container otel-agent: ImagePullBackOff (not found)");
  const gone = workload({});
  expect(judgePatch(gone, { state: "missing", generation: "3" })).toEqual([]);
  gone.metadata!.annotations = { "order-tracing/config-checksum": "0123456789abcdef" };
  expect(judgePatch(gone, { state: "applied", generation: "3" })).toEqual([]);
  expect(judgePatch(gone, { state: "missing", generation: "3" })).toMatchObject([
    { level: "note", text: expect.stringContaining("the next up puts it back") as string },
  ]);
});

describe("egress of the service's namespace", () => {
  const policy = (egress: object[], podSelector: object = {}): V1NetworkPolicy => ({
    metadata: { name: "deny" },
    spec: { podSelector, policyTypes: ["Egress"], egress },
  });
  const to = (namespace: string, port: number) => ({
    to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }],
    ports: [{ port, protocol: "TCP" }],
  });
  const shop = contextOf().landscape.services.find(({ id }) => id === "shop-api")!;
  const levels = (...policies: V1NetworkPolicy[]) =>
    judgeEgress(shop, policies, { app: "shop-api" }).map(({ level }) => level);

  test.each<[string, V1NetworkPolicy[], string[]]>([
    ["no policy", [], []],
    ["default-deny", [policy([])], ["stop"]],
    ["of other pods", [policy([], { matchLabels: { app: "web" } })], []],
    ["DNS only", [policy([to("kube-system", 53)])], ["stop"]],
    ["the gateway by another policy", [policy([]), policy([to("tracing", 4317)])], []],
    ["another port of it", [policy([to("tracing", 443)])], ["stop"]],
    ["everything", [policy([{}])], []],
    ["a range of ports", [policy([{ ports: [{ port: 4000, endPort: 5000, protocol: "TCP" }] }])], []],
    ["pods of its own namespace", [policy([{ to: [{ podSelector: {} }] }])], ["stop"]],
    ["any namespace", [policy([{ to: [{ namespaceSelector: {} }] }])], []],
    ["an address range", [policy([{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }])], ["note"]],
  ])("%s", (_, policies, wanted) => expect(levels(...policies)).toEqual(wanted));
});

describe("the cluster", () => {
  const key = () => generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
  const own = key();
  const pem = own.export({ type: "spki", format: "pem" }).toString().trim();
  const issuer = "https://kubernetes.default.svc.cluster.local";
  const jwks = (...keys: ReturnType<typeof key>[]) =>
    JSON.stringify({ keys: keys.map((each) => each.export({ format: "jwk" })) });
  const uid = "0b0ff7d6-6f2c-4c6e-9a0c-0a3f0a2d9c11";
  const judge = (live: Partial<LiveCluster> = {}, cluster: object = {}) => {
    const { settings } = contextOf({ cluster: { serviceAccountKeysFile: "keys.json", ...cluster } });
    const version = { major: "1", minor: "34", gitVersion: "v1.34.1" };
    return judgeCluster(
      {
        version: read(version as never),
        system: read({ metadata: { uid } }),
        own: missing,
        issuer: read(JSON.stringify({ issuer })),
        keys: read(jwks(own)),
        ...live,
      },
      { settings, serviceAccountKeys: [pem] },
    ).findings.map(({ level, text, write = "" }) => `${level}: ${text} ${write}`);
  };

  test("is the one of the settings: nothing is found", () => {
    expect(judge()).toEqual([]);
    expect(judge({}, { id: uid })).toEqual([]);
    // GKE and EKS put a plus behind it.
    expect(judge({ version: read({ major: "1", minor: "29+", gitVersion: "v1.29.3-gke" } as never) })).toEqual([]);
  });

  test.each<[string, Partial<LiveCluster>, object, string]>([
    [
      "too old",
      { version: read({ major: "1", minor: "28", gitVersion: "v1.28.9" } as never) },
      {},
      "stop: Kubernetes v1.28.9 has no native sidecars",
    ],
    ["another one", {}, { id: "11111111-2222-4333-8444-555555555555" }, `stop: this cluster is ${uid}`],
    [
      "another issuer",
      { issuer: read('{"issuer":"https://eks.example/id/1"}') },
      {},
      'serviceAccountIssuer: "https://eks.example/id/1"',
    ],
    ["other keys", { keys: read(jwks(key())) }, {}, "stop: none of the cluster's 1 token keys is in keys.json"],
    ["a new key", { keys: read(jwks(own, key())) }, {}, "note: the cluster has 1 token key(s) that keys.json has not"],
    ["keys that may not be read", { keys: forbidden }, {}, "unread: the keys of the cluster's tokens"],
  ])("%s", (_, live, cluster, text) => expect(judge(live, cluster)).toEqual([expect.stringContaining(text)]));
});

describe("an issuer that is asked for its keys", () => {
  const key = () => generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });
  const [own, other] = [key(), key()];
  const issuer = "https://kubernetes.default.svc.cluster.local";
  const document = (changes: object = {}) => read({ issuer, jwks_uri: `${issuer}/openid/v1/jwks`, ...changes });
  const endpoints = read([{ address: "10.99.0.1", port: 6443 }]);
  const oidc = { vaultKeys: "issuer", ranges: ["10.99.0.0/24"], port: 6443 };
  const judge = (shown: Partial<Issuer> = {}, changes: object = {}) =>
    judgeIssuer(
      { document: document(), keys: read({ keys: [own] }), endpoints, ...shown },
      read(JSON.stringify({ keys: [own] })),
      contextOf({ cluster: { oidc: { ...oidc, ...changes } } }),
    ).map(({ level, text, write = "" }) => `${level}: ${text} ${write}`);

  test("shows the cluster's keys to everybody, at addresses that are let through: nothing is found", () => {
    expect(judge()).toEqual([]);
    // A key that is not in use yet.
    expect(judge({ keys: read({ keys: [own, other] }) })).toEqual([]);
  });

  test.each<[string, Partial<Issuer>, object, string]>([
    ["not without a login", { document: forbidden }, {}, "--clusterrole=system:service-account-issuer-discovery"],
    ["not the keys", { keys: forbidden }, {}, "stop: the API server does not show its token keys without a login"],
    ["not reached from here", { document: forbidden, endpoints: undefined }, {}, "unread: whether"],
    [
      "of another name",
      { document: document({ issuer: "https://other.example" }) },
      {},
      'serviceAccountIssuer: "https://other.example"',
    ],
    ["without keys", { document: document({ jwks_uri: undefined }) }, {}, "stop: the discovery document of"],
    [
      "keys elsewhere",
      { document: document({ jwks_uri: "https://10.0.0.1:6443/jwks" }) },
      {},
      "note: the issuer's keys are at",
    ],
    ["of another cluster", { keys: read({ keys: [other] }) }, {}, "stop: none of the cluster's 1 token keys"],
    ["behind a closed port", {}, { port: undefined }, "cluster: {oidc: {ranges: [10.99.0.1/32], port: 6443}}"],
    ["at a closed address", {}, { ranges: ["10.98.0.0/24"] }, "stop: the API server listens at 10.99.0.1, port 6443"],
    ["at an address that may not be read", { endpoints: forbidden }, {}, "unread: where the API server listens"],
  ])("%s", (_, shown, changes, text) => expect(judge(shown, changes)).toEqual([expect.stringContaining(text)]));
});

test("a workload that another stack of the cluster has wired is refused, with that one's name", () => {
  const context = contextOf({ cluster: { serviceAccountKeysFile: "keys.json", namespace: "tracing-test" } });
  const shop = context.landscape.services.find(({ id }) => id === "shop-api")!;
  const wired = {
    container: env("OTEL_SERVICE_NAME", "other"),
    managed: [owned("OTEL_SERVICE_NAME", "tracing-shop-api")],
  };
  const live = { ...nothingElse, workload: read(workload(wired)) };
  expect(judgeService(context, shop, live).findings).toMatchObject([
    { level: "stop", text: expect.stringContaining("managed by tracing-shop-api") as string },
  ]);
});

describe("the stack's namespace", () => {
  const judge = (own: LiveCluster["own"]) => judgeNamespace({ own }, "tracing", "prod").findings;
  const ours = { "app.kubernetes.io/part-of": "order-tracing" };

  test("is not there, or is the stack's", () => {
    expect(judge(missing)).toEqual([]);
    expect(judge(read({ metadata: { labels: ours } }))).toEqual([]);
    expect(judge(read({ metadata: { labels: ours, annotations: { "order-tracing/stack": "prod" } } }))).toEqual([]);
  });

  test("had no up yet where it is not there, or an administrator has made it for the rights in it", () => {
    const first = (own: LiveCluster["own"]) => isFirst({ own });
    expect([missing, read({ metadata: { labels: ours } })].map(first)).toEqual([true, true]);
    expect(first(read({ metadata: { labels: ours, annotations: { "order-tracing/stack": "prod" } } }))).toBe(false);
    expect(first({ state: "unread", reason: "namespaces is forbidden" })).toBe(false);
  });

  test("is not built in while it goes", () => {
    const going = { metadata: { labels: ours, deletionTimestamp: new Date(0) } };
    expect(judge(read(going))).toMatchObject([
      { level: "stop", text: expect.stringContaining("is being deleted") as string },
    ]);
  });

  test("is never taken over from somebody else, nor from another stack", () => {
    expect(judge(read({ metadata: { labels: {} } }))).toMatchObject([
      { level: "stop", text: expect.stringContaining("somebody else's") as string },
    ]);
    expect(judge(read({ metadata: { labels: ours, annotations: { "order-tracing/stack": "stage" } } }))).toMatchObject([
      { level: "stop", text: expect.stringContaining("of the stack stage") as string },
    ]);
  });
});

describe("a trial", () => {
  const refused = (message: string) => ({ state: "refused", refusal: { code: 403, message } }) as const;

  test("that is refused stops with the API server's own words, and the way out where there is one", () => {
    expect(judgeTrial("pod", refused("failed quota: team: must specify limits.cpu for: otel-agent"), true)).toEqual([
      {
        level: "stop",
        text: "the cluster refuses the patched pod (dry run): failed quota: team: must specify limits.cpu for: otel-agent",
        write: expect.stringContaining("cpuLimit") as string,
      },
    ]);
  });

  test("that the run may not make: of the patch, an up of it would fail; of a pod, nothing is known", () => {
    const unable = { state: "unread", reason: "cannot patch resource" } as const;
    const may = { ...unable, mayNot: true } as const;
    expect(judgeTrial("patch", may, true)).toMatchObject([{ level: "unread", blocks: true }]);
    expect(judgeTrial("pod", may, true)[0]).not.toHaveProperty("blocks");
    expect(judgeTrial("patch", unable, true)[0]).not.toHaveProperty("blocks");
  });

  test("beside the old pod counts it too: where that one goes first, a full quota is a note", () => {
    const full = refused("exceeded quota: team, requested: pods=1, used: pods=4, limited: pods=4");
    expect(judgeTrial("pod", full, true)).toMatchObject([{ level: "stop" }]);
    expect(judgeTrial("pod", full, false)).toMatchObject([{ level: "note" }]);
  });
});

test("the report has a row for each subject, and a block for each finding", () => {
  const subjects = [
    { name: "cluster", looked: "Kubernetes v1.34.1", findings: [] },
    {
      name: "shop-api",
      looked: "Deployment shop/shop-api",
      findings: [{ level: "stop", text: "it is paused", write: "resume" }] as const,
    },
  ];
  expect(mustStop(subjects)).toBe(true);
  expect(lines(subjects, ["stop"])).toEqual(["stop: shop-api: it is paused.\n  write:   resume"]);
  expect(report(subjects)).toContain("1 thing(s) to mend");
  expect(report(subjects.slice(0, 1))).toContain("Nothing stands in the way.");
});

describe("what the run has no right to read", () => {
  const silent = { state: "unread", reason: "Unauthorized" } as const;
  const refused = { ...silent, mayNot: true } as const;
  const lacks = (findings: readonly Finding[]) => lackingRights([{ name: "shop-api", looked: "", findings }]);

  test("is told from what nobody may, or can, read", () => {
    const own = unread("the limit ranges of its namespace", refused);
    expect(own).toEqual({ level: "unread", text: "the limit ranges of its namespace: Unauthorized", mayNot: true });
    expect(lacks([own, unread("its ports", silent), unread("which variables come from a Secret")])).toEqual([own]);
  });

  test.each([
    ["a workload", (answer: Unread) => findings({ live: { workload: answer } })],
    ["a quota", (answer: Unread) => findings({ live: { quotas: answer } })],
    ["ports", (answer: Unread) => findings({ live: { takenPorts: answer } })],
    ["the trial of a patch", (answer: Unread) => judgeTrial("patch", answer, true)],
    ["the trial of a pod", (answer: Unread) => judgeTrial("pod", answer, true)],
  ])("is known of %s by the answer, not by its words", (_, judge) => {
    expect(lacks(judge(refused))).toHaveLength(1);
    expect(lacks(judge(silent))).toEqual([]);
  });

  test("is said of the cluster with the reason", () => {
    const live = { version: refused, system: refused, own: refused, issuer: refused, keys: refused } as LiveCluster;
    expect(lackingRights([judgeCluster(live, contextOf())])).toHaveLength(3);
  });
});
