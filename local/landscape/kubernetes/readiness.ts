import type { V1ContainerStatus, V1Deployment, V1Pod, V1StatefulSet } from "@kubernetes/client-node";

/** A Deployment or StatefulSet, by its name. */
export interface WorkloadReference {
  readonly kind: "Deployment" | "StatefulSet";
  readonly namespace: string;
  readonly name: string;
}

/** Where a rollout stands. */
export interface Readiness {
  /** Every wanted pod is of the newest version and Ready, and none of an older one is left. */
  readonly ready: boolean;
  /** For people, for example `1/1`. */
  readonly pods: string;
}

/** Where a rollout stands, by the status that its controller wrote. */
export function readiness(workload: V1Deployment | V1StatefulSet): Readiness {
  const wanted = workload.spec?.replicas ?? 1;
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = workload.status ?? {};
  const current = observedGeneration >= (workload.metadata?.generation ?? 0);
  const ready = current && replicas === wanted && updatedReplicas === wanted && readyReplicas === wanted;
  return { ready, pods: `${current ? Math.min(readyReplicas, updatedReplicas) : 0}/${wanted}` };
}

/** Reasons that do not go away by waiting, as the kubelet names them. */
const hopeless = new Set(["ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "CreateContainerConfigError"]);

/** Reasons after which the kubelet makes longer and longer pauses, of up to five minutes. */
const slow = new Set([...hopeless, "ErrImagePull", "CrashLoopBackOff", "CreateContainerError", "RunContainerError"]);

/** Why a pod will not get ready however long one waits, or undefined if it may. */
export function hopelessReason(pod: V1Pod): string | undefined {
  return waitingReason(pod, hopeless);
}

/** Whether a pod may hang on a cause that is gone by now, an image that was missing for instance. */
export function isStuck(pod: V1Pod): boolean {
  return waitingReason(pod, slow) !== undefined;
}

function waitingReason(pod: V1Pod, reasons: ReadonlySet<string>): string | undefined {
  for (const { name, state } of containerStatuses(pod)) {
    const { reason, message } = state?.waiting ?? {};
    if (reason && reasons.has(reason)) return `container ${name}: ${reason}${message ? `: ${message}` : ""}`;
  }
  return undefined;
}

/** Containers of a pod that neither run and are ready, nor have done their work. */
export function unreadyContainers(pod: V1Pod): V1ContainerStatus[] {
  return containerStatuses(pod).filter(({ ready, state }) => !ready && state?.terminated?.exitCode !== 0);
}

function containerStatuses(pod: V1Pod): V1ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
}
