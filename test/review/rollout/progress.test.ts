import "../../support/without-sdks.ts";
import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import type { WorkloadKind } from "../../../config/model.ts";
import type { LiveWorkload } from "../../../review/check/workload.ts";
import { sayOutcome } from "../../../review/rollout/outcome.ts";
import { patienceOf, progressOf } from "../../../review/rollout/progress.ts";
import { context } from "../../support/context.ts";

const deployment = (status: LiveWorkload["status"], generation = 2): LiveWorkload => ({
  metadata: { generation },
  spec: { replicas: 1, selector: {}, template: {} },
  status: { observedGeneration: 2, ...status },
});
const pod = (status: Partial<V1ContainerStatus>): V1Pod => ({
  status: {
    containerStatuses: [{ name: "crm-api", ready: false, restartCount: 0, image: "", imageID: "", ...status }],
  },
});
const rolling = deployment({ replicas: 2, updatedReplicas: 1, availableReplicas: 1 });
const crashed = (restartCount: number) =>
  pod({
    restartCount,
    state: { waiting: { reason: "CrashLoopBackOff" } },
    lastState: { terminated: { exitCode: 1, reason: "Error", message: "Error opening zip file" } },
  });

test("through: all pods are new, and are available", () =>
  expect(progressOf("Deployment", deployment({ replicas: 1, updatedReplicas: 1, availableReplicas: 1 }), [])).toEqual({
    state: "through",
  }));

test.each<[string, LiveWorkload, V1Pod[]]>([
  ["the controller has not seen it", deployment({ replicas: 1, updatedReplicas: 1, availableReplicas: 1 }, 3), []],
  ["an old pod is there", rolling, []],
  ["a pod starts", rolling, [pod({ state: { waiting: { reason: "PodInitializing" } } })]],
  ["it ended once: it may have waited for something", rolling, [crashed(1)]],
])("under way: %s", (_, workload, pods) =>
  expect(progressOf("Deployment", workload, pods)).toMatchObject({ state: "under way" }),
);

test.each<[string, LiveWorkload, V1Pod[], RegExp]>([
  ["it ends again and again", rolling, [crashed(2)], /crm-api ended 2 times, last with exit code 1 .*opening zip file/],
  [
    "it has just ended again",
    rolling,
    [pod({ restartCount: 2, state: { terminated: { exitCode: 134, reason: "Error" } } })],
    /ended 2 times, last with exit code 134 \(Error\): its log says why, and goes with the pod/,
  ],
  [
    "an image cannot be pulled",
    rolling,
    [pod({ state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } })],
    /crm-api: ImagePullBackOff: no such image/,
  ],
  [
    "no pod may be made",
    deployment({ conditions: [{ type: "ReplicaFailure", status: "True", message: "exceeded quota: company" }] }),
    [],
    /exceeded quota: company/,
  ],
  [
    "its own time is over",
    deployment({
      conditions: [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: "timed out" }],
    }),
    [],
    /timed out/,
  ],
])("failed: %s", (_, workload, pods, reason) =>
  expect(progressOf("Deployment", workload, pods)).toEqual({
    state: "failed",
    reason: expect.stringMatching(reason) as string,
  }),
);

type Part = Partial<NonNullable<LiveWorkload["spec"]>>;
const stateful = (status: LiveWorkload["status"], spec: Part = {}): LiveWorkload => ({
  metadata: { generation: 2 },
  spec: { replicas: 3, selector: {}, template: {}, updateStrategy: { type: "RollingUpdate" }, ...spec },
  status: {
    observedGeneration: 2,
    replicas: 3,
    availableReplicas: 3,
    currentRevision: "a",
    updateRevision: "b",
    ...status,
  },
});
const daemon = (status: LiveWorkload["status"], type = "RollingUpdate"): LiveWorkload => ({
  metadata: { generation: 2 },
  spec: { selector: {}, template: {}, updateStrategy: { type } },
  status: { observedGeneration: 2, desiredNumberScheduled: 3, ...status },
});
const partition = (count: number): Part => ({ updateStrategy: { rollingUpdate: { partition: count } } });

test.each<[string, WorkloadKind, LiveWorkload, string]>([
  ["one of three is new", "StatefulSet", stateful({ updatedReplicas: 1 }), "under way"],
  [
    "all are new, one is not there yet",
    "StatefulSet",
    stateful({ updatedReplicas: 3, availableReplicas: 2 }),
    "under way",
  ],
  ["all are new", "StatefulSet", stateful({ updatedReplicas: 3 }), "through"],
  ["all were new", "StatefulSet", stateful({ updatedReplicas: 0, currentRevision: "b" }), "through"],
  ["those that are to be new are", "StatefulSet", stateful({ updatedReplicas: 1 }, partition(2)), "through"],
  ["none is to be new", "StatefulSet", stateful({ updatedReplicas: 0 }, partition(3)), "held"],
  [
    "somebody has to delete them",
    "StatefulSet",
    stateful({ updatedReplicas: 0 }, { updateStrategy: { type: "OnDelete" } }),
    "held",
  ],
  ["one of three nodes", "DaemonSet", daemon({ updatedNumberScheduled: 1, numberAvailable: 3 }), "under way"],
  ["the last one starts", "DaemonSet", daemon({ updatedNumberScheduled: 3, numberAvailable: 2 }), "under way"],
  ["all nodes", "DaemonSet", daemon({ updatedNumberScheduled: 3, numberAvailable: 3 }), "through"],
  ["no node is meant", "DaemonSet", daemon({ desiredNumberScheduled: 0 }), "through"],
  [
    "somebody has to delete them",
    "DaemonSet",
    daemon({ updatedNumberScheduled: 0, numberAvailable: 3 }, "OnDelete"),
    "held",
  ],
])("%s of a %s", (_, kind, workload, state) => expect(progressOf(kind, workload, [])).toMatchObject({ state }));

test("a rollout may stand still for as long as the workload says, or its settings do", () => {
  const { wiring } = context.landscape.services[0]!;
  const of = (progressDeadlineSeconds?: number) =>
    patienceOf(
      { wiring },
      { spec: { selector: {}, template: {}, ...(progressDeadlineSeconds && { progressDeadlineSeconds }) } },
    );
  // The Deployment's own word comes first.
  expect(of(3600)).toBe(3_630_000);
  expect(of(2 ** 31 - 1)).toBe(1_200_000);
  expect(of()).toBe(630_000);
  expect(patienceOf({ wiring: { ...wiring, rolloutSeconds: 1800 } })).toBe(1_800_000);
});

test("what became of it is said, and fails the up only where a patch was taken back", () => {
  const service = context.landscape.services.find(({ id }) => id === "crm-api")!;
  const say = (outcome: Parameters<typeof sayOutcome>[1]) => sayOutcome(service, outcome);
  expect(say({ state: "through" })).toBeUndefined();
  expect(say({ state: "held", reason: "OnDelete" })).toMatchObject({ level: "warn" });
  expect(say({ state: "not known", reason: "forbidden" })).toMatchObject({ level: "warn" });
  const back = say({ state: "taken back", reason: "it crashed" })!;
  expect(back).toMatchObject({ level: "error" });
  expect(back.text).toMatch(
    /runs as before, without traces[^]*it crashed[^]*services: \{crm-api: \{enabled: false\}\}/,
  );
  expect(say({ state: "taken back", reason: "it crashed", lacks: "0 of 1 available" })!.text).toMatch(
    /not back yet: 0 of 1 available. See kubectl --namespace crm describe deployment\/crm-api/,
  );
});
