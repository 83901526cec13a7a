import { setTimeout as sleep } from "node:timers/promises";
import { setHeaderOptions, PatchStrategy, type V1Pod } from "@kubernetes/client-node";
import { isReady } from "../../../lib/pods.ts";
import { statusCode, type Kubernetes } from "../../landscape/kubernetes/client.ts";

const everyMs = 200;

/**
 * Says of each pod of a namespace that it runs and is ready, as a kubelet would, until it is told to end. Nothing runs: who waits
 * for pods goes on.
 */
export async function sayThatPodsRun({ core }: Kubernetes, namespace: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { items } = await core.listNamespacedPod({ namespace });
    for (const pod of items.filter((one) => !isReady(one) && !one.metadata!.deletionTimestamp)) {
      const name = pod.metadata!.name!;
      await core
        .patchNamespacedPodStatus(
          { name, namespace, body: { status: running(pod) } },
          setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
        )
        .catch((error: unknown) => {
          // It is gone by now.
          if (statusCode(error) !== 404) throw error;
        });
    }
    await sleep(everyMs);
  }
}

function running({ spec }: V1Pod): object {
  const now = new Date().toISOString();
  const condition = (type: string) => ({ type, status: "True", lastTransitionTime: now });
  const address = "10.244.0.9";
  return {
    phase: "Running",
    startTime: now,
    conditions: ["PodScheduled", "Initialized", "ContainersReady", "Ready"].map(condition),
    ...{ podIP: address, podIPs: [{ ip: address }] },
    containerStatuses: spec!.containers.map(({ name, image }) => ({
      ...{ name, image, imageID: image, ready: true, started: true, restartCount: 0 },
      state: { running: { startedAt: now } },
    })),
  };
}
