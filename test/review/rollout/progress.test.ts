import type { V1ContainerStatus, V1Deployment, V1Pod } from "@kubernetes/client-node";
import { progressOf } from "../../../review/rollout/progress.ts";

const deployment = (status: V1Deployment["status"], generation = 2): V1Deployment => ({
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
  expect(progressOf(deployment({ replicas: 1, updatedReplicas: 1, availableReplicas: 1 }), [])).toEqual({
    state: "through",
  }));

test.each<[string, V1Deployment, V1Pod[]]>([
  ["the controller has not seen it", deployment({ replicas: 1, updatedReplicas: 1, availableReplicas: 1 }, 3), []],
  ["an old pod is there", rolling, []],
  ["a pod starts", rolling, [pod({ state: { waiting: { reason: "PodInitializing" } } })]],
  ["it ended once: it may have waited for something", rolling, [crashed(1)]],
])("under way: %s", (_, workload, pods) => expect(progressOf(workload, pods)).toEqual({ state: "under way" }));

test.each<[string, V1Deployment, V1Pod[], RegExp]>([
  ["it ends again and again", rolling, [crashed(2)], /crm-api ended 2 times, last with exit code 1 .*opening zip file/],
  [
    "it has just ended again",
    rolling,
    [pod({ restartCount: 2, state: { terminated: { exitCode: 134, reason: "Error" } } })],
    /ended 2 times, last with exit code 134/,
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
  expect(progressOf(workload, pods)).toEqual({ state: "failed", reason: expect.stringMatching(reason) as string }),
);
