import "../../support/without-sdks.ts";
import type { V1LimitRange, V1Pod, V1PodSpec, V1ResourceQuota } from "@kubernetes/client-node";
import type { Finding } from "../../../review/check/finding.ts";
import { amount, quantityOf } from "../../../review/check/quantity.ts";
import { judgeLimits } from "../../../review/check/room/limits.ts";
import { askedBy, defaultsOf, growth, podNeeds, total, type Amounts } from "../../../review/check/room/needs.ts";
import { judgeNodes, type Room, type Wanted } from "../../../review/check/room/nodes.ts";
import { growing, growingDisks, plannedPods, type PlannedPods } from "../../../review/check/room/planned.ts";
import { judgeQuotas, type Growth } from "../../../review/check/room/quota.ts";
import { context, contextOf, external } from "../../support/context.ts";

const said = (findings: readonly Finding[]) =>
  findings.map(({ level, text, write = "" }) => `${level}: ${text}: ${write}`);
const texts = (expected: readonly string[]) => expected.map((text) => expect.stringContaining(text) as string);
const Gi = 2 ** 30;

/** A container that asks for so much. */
const container = (cpu?: string, memory?: string, limits?: Record<string, string>) => ({
  name: "main",
  resources: { requests: { ...(cpu && { cpu }), ...(memory && { memory }) }, ...(limits && { limits }) },
});
const pod = (...containers: ReturnType<typeof container>[]): V1PodSpec => ({ containers });
const noDefaults = defaultsOf([]);

describe("quantities", () => {
  test.each([
    ["250m", 0.25],
    ["1.5", 1.5],
    ["1e3", 1000],
    ["2E", 2e18],
    ["1Ti", 2 ** 40],
    ["100M", 1e8],
    ["500000000n", 0.5],
  ])("%s", (text, value) => expect(amount(text)).toBe(value));
  test.each([
    ["requests.cpu", 1.25, "1.25"],
    ["limits.memory", 1.5 * Gi, "1.5Gi"],
    ["requests.storage", Gi / 2, "512Mi"],
    ["pods", 3, "3"],
  ])("%s of %p for people: %s", (resource, value, text) => expect(quantityOf(resource, value)).toBe(text));
});

describe("what a pod asks for", () => {
  test("is the sum of what runs together, or more while it starts", () => {
    const sidecar = { ...container("100m", "1Gi"), restartPolicy: "Always" };
    const needs = (init: object[]) =>
      podNeeds({ containers: [container("1", "1Gi")], initContainers: init as V1PodSpec["containers"] });
    expect(needs([])).toMatchObject({ "requests.cpu": 1, "requests.memory": Gi, pods: 1 });
    expect(needs([sidecar])).toMatchObject({ "requests.cpu": 1.1, "requests.memory": 2 * Gi });
    expect(needs([container("3", "64Mi")])).toMatchObject({ "requests.cpu": 3, "requests.memory": Gi });
    expect(needs([sidecar, container("3", "64Mi")])["requests.cpu"]).toBeCloseTo(3.1);
    expect(needs([container("3", "64Mi"), sidecar])["requests.cpu"]).toBe(3);
  });

  test("a limit alone is a request; a limit range gives what is not said", () => {
    const own = container(undefined, undefined, { memory: "2Gi" });
    const given = defaultsOf([
      {
        spec: { limits: [{ type: "Container", _default: { cpu: "2", memory: "1Gi" }, defaultRequest: { cpu: "1" } }] },
      },
    ]);
    expect(askedBy(own, "requests", "memory")).toBe(2 * Gi);
    expect(askedBy(own, "requests", "cpu")).toBeUndefined();
    expect(askedBy(own, "requests", "cpu", given)).toBe(1);
    expect(askedBy(own, "limits", "cpu", given)).toBe(2);
    expect(askedBy(own, "limits", "memory", given)).toBe(2 * Gi);
  });

  test("is more with an agent, in all pods of a service", () =>
    expect(
      growth("shop", pod(container("1", "1Gi")), pod(container("1", "1Gi"), container("1", "1Gi")), 3),
    ).toMatchObject({ who: "shop", added: { "requests.cpu": 3, "requests.memory": 3 * Gi, pods: 0 } }));
});

describe("the stack's own pods", () => {
  const planned = plannedPods(context);
  const live = ({ workload, spec }: PlannedPods, phase = "Running"): V1Pod => ({
    metadata: { labels: { "app.kubernetes.io/name": workload } },
    spec,
    status: { phase },
  });
  const all = planned.flatMap((one) => Array.from({ length: one.replicas }, () => live(one)));

  test("are those of the plan, with their disks", () => {
    const names = planned.map(({ workload }) => workload);
    expect(names).toEqual(
      expect.arrayContaining(["elasticsearch", "otel-sampler", "otel-gateway", "jaeger-query-all"]),
    );
    expect(plannedPods(contextOf({ elasticsearch: external })).map(({ workload }) => workload)).not.toContain(
      "elasticsearch",
    );
    expect(growingDisks(planned, []).map(({ name }) => name)).toEqual(
      expect.arrayContaining(["data-elasticsearch-0", "data-otel-sampler-0"]),
    );
  });

  test("have their room when they are there", () => {
    expect(growing(planned, all)).toEqual([]);
    expect(growing(planned, [])).toEqual(planned);
  });

  test("need some when one is missing, has ended, or is to ask for something else", () => {
    const [first, ...rest] = all;
    const names = (pods: V1Pod[]) => growing(planned, pods).map(({ workload }) => workload);
    expect(names(rest)).toEqual([planned[0]!.workload]);
    expect(names([live(planned[0]!, "Failed"), ...rest])).toEqual([planned[0]!.workload]);
    const smaller = { ...first, spec: pod(container("1m", "1Mi")) };
    expect(names([smaller, ...rest])).toEqual([planned[0]!.workload]);
  });

  test("disks that are there do not come again, and grow by the difference", () => {
    const [disk] = growingDisks(planned, []);
    const claim = (storage: string) => ({
      metadata: { name: disk!.name },
      spec: { resources: { requests: { storage } } },
    });
    const of = (storage: string) => growingDisks(planned, [claim(storage)]).find(({ name }) => name === disk!.name);
    expect(of(String(disk!.storage))).toBeUndefined();
    expect(of(String(disk!.storage - Gi))).toMatchObject({ added: Gi, isNew: false });
  });
});

describe("a quota", () => {
  const planned = (changes: Partial<PlannedPods> = {}): PlannedPods => ({
    ...{ workload: "gateway", kind: "StatefulSet", replicas: 2 },
    spec: pod(container("1", "1Gi", { memory: "1Gi" })),
    ...changes,
  });
  const quota = (hard: Record<string, string>, used: Record<string, string> = {}, spec: object = {}) =>
    ({ metadata: { name: "team" }, spec: { hard, ...spec }, status: { used } }) satisfies V1ResourceQuota;
  const judged = (one: V1ResourceQuota, changes: Partial<Growth> = {}) =>
    said(judgeQuotas([one], { pods: [planned()], disks: [], there: [], defaults: noDefaults, ...changes }));
  const disk = { name: "data-gateway-0", added: 5 * Gi, storage: 5 * Gi, isNew: true, storageClass: "fast" };
  const there: V1Pod = {
    metadata: { labels: { "app.kubernetes.io/name": "gateway" } },
    spec: planned().spec,
    status: { phase: "Running" },
  };

  test.each<[string, V1ResourceQuota, Partial<Growth>]>([
    ["has room", quota({ "requests.cpu": "2", memory: "2Gi", pods: "2" }), {}],
    ["is full of what goes", quota({ cpu: "2" }, { cpu: "2" }), { there: [there, there] }],
    ["counts something else", quota({ "count/jobs.batch": "0", "requests.nvidia.com/gpu": "0" }), {}],
    ["is for pods with an end", quota({ pods: "0" }, {}, { scopes: ["Terminating"] }), {}],
    [
      "is for another priority",
      quota(
        { pods: "0" },
        {},
        { scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }] } },
      ),
      {},
    ],
    ["is exceeded, and nothing comes", quota({ pods: "1" }, { pods: "9" }), { pods: [] }],
    ["has room for disks", quota({ "requests.storage": "5Gi", persistentvolumeclaims: "1" }), { disks: [disk] }],
  ])("that %s says nothing", (_, one, changes) => expect(judged(one, changes)).toEqual([]));

  test.each<[string, V1ResourceQuota, Partial<Growth>, string]>([
    [
      "of CPU",
      quota({ "requests.cpu": "3" }, { "requests.cpu": "1500m" }),
      {},
      "stop: the quota team has 1.5 of 3 requests.cpu left, and what is to come asks for 2: the last of it would never be made: requests.cpu: 3.5 at least in the ResourceQuota team",
    ],
    [
      "of memory",
      quota({ "limits.memory": "1Gi" }),
      {},
      "stop: the quota team has 1Gi of 1Gi limits.memory left, and what is to come asks for 2Gi",
    ],
    ["of pods", quota({ "count/pods": "1" }), {}, "1 of 1 count/pods left, and what is to come asks for 2"],
    [
      "beside what is there",
      quota({ pods: "2" }, { pods: "2" }),
      { there: [there] },
      "0 of 2 pods left, and what is to come asks for 1",
    ],
    ["of disks", quota({ "requests.storage": "4Gi" }), { disks: [disk] }, "4Gi of 4Gi requests.storage left"],
    [
      "of disks of a class",
      quota({ "fast.storageclass.storage.k8s.io/requests.storage": "4Gi" }),
      { disks: [disk] },
      "what is to come asks for 5Gi",
    ],
    [
      "that demands a limit",
      quota({ "limits.cpu": "100" }),
      {},
      "stop: the quota team demands limits.cpu of every container, and those of gateway say nothing of it",
    ],
    [
      "with room for no rollout",
      quota({ pods: "2" }),
      { pods: [planned({ kind: "Deployment" })] },
      "note: the quota team has 2 of 2 pods left, of which 2 is asked for: the next rollout",
    ],
    [
      "of a priority",
      quota(
        { pods: "0" },
        {},
        { scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "DoesNotExist" }] } },
      ),
      {},
      "0 of 0 pods left",
    ],
  ])("%s", (_, one, changes, text) => expect(judged(one, changes)).toEqual(texts([text])));

  test("takes what a limit range gives", () => {
    const defaults = defaultsOf([{ spec: { limits: [{ type: "Container", _default: { cpu: "4" } }] } }]);
    expect(judged(quota({ "limits.cpu": "6" }), { defaults })).toEqual(texts(["what is to come asks for 8"]));
  });
});

describe("a limit range", () => {
  const pods: PlannedPods[] = [
    { workload: "gateway", kind: "Deployment", replicas: 1, spec: pod(container("1", "1Gi", { memory: "1Gi" })) },
  ];
  const disks = [{ name: "data-gateway-0", added: Gi, storage: Gi, isNew: true }];
  const judged = (...limits: NonNullable<V1LimitRange["spec"]>["limits"]) => {
    const ranges = [{ metadata: { name: "bounds" }, spec: { limits } }];
    return said(judgeLimits(ranges, { pods, disks, defaults: defaultsOf(ranges) }));
  };

  test.each<[string, NonNullable<V1LimitRange["spec"]>["limits"][number]]>([
    ["of a container", { type: "Container", min: { memory: "64Mi" }, max: { memory: "1Gi" } }],
    ["with a default", { type: "Container", max: { cpu: "2" }, _default: { cpu: "2" } }],
    ["of a disk", { type: "PersistentVolumeClaim", max: { storage: "1Gi" } }],
  ])("%s that fits", (_, limit) => expect(judged(limit)).toEqual([]));

  test.each<[string, NonNullable<V1LimitRange["spec"]>["limits"][number], string]>([
    [
      "of a container",
      { type: "Container", max: { memory: "512Mi" } },
      "container main of gateway: at most 512Mi of memory, and it has 1Gi",
    ],
    ["of what is not said", { type: "Container", max: { cpu: "2" } }, "at most 2 of cpu, and it has none"],
    [
      "that wants more",
      { type: "Container", min: { cpu: "2" } },
      "container main of gateway: at least 2 of cpu, and it has 1",
    ],
    [
      "of a pod that says nothing",
      { type: "Pod", max: { cpu: "9" } },
      "a pod of gateway: at most 9 of cpu, and it has none",
    ],
    ["of a pod", { type: "Pod", max: { memory: "512Mi" } }, "a pod of gateway: at most 512Mi"],
    [
      "of a disk",
      { type: "PersistentVolumeClaim", min: { storage: "10Gi" } },
      "the disk data-gateway-0: at least 10Gi",
    ],
  ])("%s", (_, limit, text) =>
    expect(judged(limit)).toEqual(texts([`stop: the LimitRange bounds refuses ${text.startsWith("at") ? "" : text}`])),
  );
});

describe("nodes", () => {
  const node = (name: string, cpu: number, gib: number, changes: Partial<Room> = {}): Room => ({
    ...{ name, labels: {}, taints: [], schedulable: true },
    whole: { "requests.cpu": cpu, "requests.memory": gib * Gi, pods: 10 },
    taken: {},
    ...changes,
  });
  const wanted = (count: number, spec = pod(container("1", "1Gi")), who = "gateway"): Wanted => ({ who, spec, count });
  const judged = (nodes: Room[], pods: Wanted[], added: Amounts = {}) => said(judgeNodes(nodes, pods, added));
  const taint = { key: "pool", value: "tracing", effect: "NoSchedule" };
  const pool = {
    ...pod(container("1", "1Gi")),
    tolerations: [{ key: "pool", value: "tracing" }],
    nodeSelector: { a: "b" },
  };

  test.each<[string, Room[], Wanted[]]>([
    ["room for all", [node("a", 1, 4), node("b", 1, 4)], [wanted(2)]],
    [
      "a large one first",
      [node("a", 2, 2), node("b", 2, 3)],
      [wanted(2), wanted(1, pod(container("1", "3Gi")), "store")],
    ],
    ["a pool of their own", [node("a", 4, 4, { labels: { a: "b" }, taints: [taint] })], [wanted(1, pool)]],
    [
      "a pool without a node yet",
      [node("a", 1, 1)],
      [wanted(0, { ...pod(container("9", "9Gi")), nodeSelector: { pool: "large" } })],
    ],
  ])("%s: nothing is said", (_, nodes, pods) => expect(judged(nodes, pods)).toEqual([]));

  test.each<[string, Room[], Wanted[], string]>([
    [
      "larger than each",
      [node("a", 2, 4), node("b", 4, 2)],
      [wanted(1, pod(container("3", "3Gi")), "store")],
      "stop: a pod of store asks for 3 CPUs and 3Gi of memory, and none of the 2 nodes that it may be on has that: at most 4 CPUs and 4Gi of memory",
    ],
    [
      "larger than those that it may be on",
      [node("a", 9, 9, { taints: [taint] }), node("b", 1, 1)],
      [wanted(1, pod(container("3", "3Gi")))],
      "stop: a pod of gateway asks for 3 CPUs and 3Gi of memory, and none of the 1 nodes",
    ],
    [
      "several that are",
      [node("a", 1, 1)],
      [wanted(1, pod(container("1", "2Gi"))), wanted(1, pod(container("1", "3Gi")), "store"), wanted(1)],
      "stop: a pod of store asks for 1 CPUs and 3Gi of memory, and none of the 1 nodes that it may be on has that: at most 1 CPUs and 1Gi of memory; nor what those of 1 others ask for",
    ],
    [
      "nodes that are made to measure: no reason to stop",
      [node("a", 1, 1, { labels: { "karpenter.sh/nodepool": "default" } })],
      [wanted(1, pod(container("3", "3Gi")))],
      "note: a pod of gateway asks for 3 CPUs",
    ],
    [
      "too many",
      [node("a", 2, 4)],
      [wanted(5)],
      "note: 3 pods (3 of gateway) find no room on the 1 nodes as they are now",
    ],
    ["a full node", [node("a", 4, 4, { taken: { "requests.memory": 3.5 * Gi } })], [wanted(1)], "note: 1 pods"],
    ["as many pods as it may have", [node("a", 4, 4, { taken: { pods: 10 } })], [wanted(1)], "note: 1 pods"],
    [
      "cordoned",
      [node("a", 4, 4, { schedulable: false })],
      [wanted(1)],
      "note: 1 pods (1 of gateway) find no room on the 0 nodes",
    ],
    [
      "nobody knows what is taken",
      [node("a", 1, 1, { taken: undefined })],
      [wanted(2)],
      "on the 1 nodes, were they empty",
    ],
    ["a pool without a node yet", [node("a", 1, 1)], [wanted(1, pool)], "note: 1 pods"],
    [
      "a large one that is not ready: no reason to stop",
      [node("a", 9, 9, { taints: [{ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" }] }), node("b", 1, 1)],
      [wanted(1, pod(container("3", "3Gi")))],
      "note: 1 pods",
    ],
  ])("%s", (_, nodes, pods, text) => expect(judged(nodes, pods)).toEqual(texts([text])));

  test("agents in running pods take what is left", () => {
    const nodes = [node("a", 2, 4), node("b", 2, 4)];
    expect(judged(nodes, [wanted(1)], { "requests.cpu": 3, "requests.memory": 7 * Gi })).toEqual([]);
    expect(judged(nodes, [wanted(1)], { "requests.cpu": 3.5 })).toEqual(
      texts([
        "note: the agents in the services' pods ask for 3.5 CPUs and 0Mi of memory more, and all 2 nodes together have 3 CPUs and 7Gi of memory left",
      ]),
    );
  });

  test("sums", () =>
    expect(
      total([
        [{ a: 1 }, 2],
        [{ a: 1, b: 3 }, -1],
      ]),
    ).toEqual({ a: 1, b: -3 }));
});
