import type { V1Deployment, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { waitFor } from "../../wait.ts";
import type { Kubernetes } from "./client.ts";
import { diagnose } from "./diagnose.ts";
import { hopelessReason, isStuck, readiness, type WorkloadReference } from "./readiness.ts";
import { nameLabel } from "./workload.ts";

/** How to wait. */
export interface WaitOptions {
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
  /** Longest wait in seconds. Default: 300. */
  readonly patience?: number;
  /** Called every second with where the rollout stands, for example `0/1`. */
  readonly onProgress?: (pods: string) => void;
  /** Called every second while the workload is not ready: work that has to be done for it to become so. */
  readonly help?: () => Promise<void>;
}

/**
 * Waits until a rollout is complete. Pods that hang from an earlier attempt are replaced first.
 *
 * @throws if it takes too long, or cannot succeed; the message quotes events and logs of what is not ready
 */
export async function waitUntilReady(
  kubernetes: Kubernetes,
  workload: WorkloadReference,
  { signal, patience = 300, onProgress, help }: WaitOptions = {},
): Promise<void> {
  await replaceStuckPods(kubernetes, workload);
  const look = async () => {
    const state = readiness(await read(kubernetes, workload));
    if (state.ready) return true;
    onProgress?.(state.pods);
    await help?.();
    for (const pod of await pods(kubernetes, workload)) {
      const reason = hopelessReason(pod);
      if (reason) throw await failure(kubernetes, workload, reason);
    }
    return false;
  };
  const ready = await waitFor(look, { limit: patience * 1000, every: 1000, signal });
  if (!ready) throw await failure(kubernetes, workload, `not ready after ${patience} s`);
}

/** What an earlier run left: a new pod tries at once what the old one would only try after a long pause. */
async function replaceStuckPods(kubernetes: Kubernetes, workload: WorkloadReference): Promise<void> {
  for (const pod of (await pods(kubernetes, workload)).filter(isStuck)) {
    await kubernetes.core.deleteNamespacedPod({ name: pod.metadata?.name ?? "", namespace: workload.namespace });
  }
}

/** Reads a workload. */
export function read(
  { apps }: Kubernetes,
  { kind, name, namespace }: WorkloadReference,
): Promise<V1Deployment | V1StatefulSet> {
  return kind === "Deployment"
    ? apps.readNamespacedDeployment({ name, namespace })
    : apps.readNamespacedStatefulSet({ name, namespace });
}

/** Pods of a workload, those on their way out left aside. */
async function pods({ core }: Kubernetes, { name, namespace }: WorkloadReference): Promise<V1Pod[]> {
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: `${nameLabel}=${name}` });
  return items.filter(({ metadata }) => !metadata?.deletionTimestamp);
}

async function failure(kubernetes: Kubernetes, workload: WorkloadReference, reason: string): Promise<Error> {
  const { kind, namespace, name } = workload;
  const details = await diagnose(kubernetes, workload, await pods(kubernetes, workload));
  return new Error([`${kind} ${namespace}/${name}: ${reason}`, ...details].join("\n  "));
}
