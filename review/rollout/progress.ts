import type { V1ContainerStatus, V1Deployment, V1Pod } from "@kubernetes/client-node";

/** How far a rollout is: under way, through, or that it will not get through, and why. */
export type Progress = { state: "under way" } | { state: "through" } | { state: "failed"; reason: string };

/** Starts of a container after which it is not taken for one that waits for something. */
const patience = 2;

/**
 * How far the rollout of a Deployment is. A failure is seen as soon as a new pod shows it, not only after the time that the
 * Deployment gives itself.
 *
 * @param pods of the newest template.
 */
export function progressOf({ metadata, spec, status = {} }: V1Deployment, pods: readonly V1Pod[]): Progress {
  if ((status.observedGeneration ?? 0) < (metadata?.generation ?? 0)) return { state: "under way" };
  const wanted = spec?.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if (updatedReplicas >= wanted && availableReplicas >= wanted && replicas === updatedReplicas)
    return { state: "through" };
  const broken = pods.map(brokenPod).find((reason) => reason !== undefined);
  if (broken !== undefined) return { state: "failed", reason: broken };
  const condition = (status.conditions ?? []).find(
    ({ type, status: is, reason }) =>
      (type === "ReplicaFailure" && is === "True") ||
      (type === "Progressing" && is === "False" && reason === "ProgressDeadlineExceeded"),
  );
  return condition
    ? { state: "failed", reason: condition.message ?? condition.reason ?? condition.type }
    : { state: "under way" };
}

function brokenPod({ status }: V1Pod): string | undefined {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
    .map(brokenContainer)
    .find((reason) => reason !== undefined);
}

function brokenContainer({ name, restartCount, state, lastState }: V1ContainerStatus): string | undefined {
  const { reason, message } = state?.waiting ?? {};
  // While it waits for its next start, the kubelet says either.
  if (restartCount >= patience && (reason === "CrashLoopBackOff" || state?.terminated)) {
    const { exitCode, message: last, reason: why } = state?.terminated ?? lastState?.terminated ?? {};
    const said = last?.trim().split("\n").slice(-3).join(" / ");
    return `container ${name} ended ${restartCount} times, last with exit code ${exitCode} (${why})${said ? `: ${said}` : ""}`;
  }
  // The kubelet has tried, and will try again for ever.
  return reason !== undefined &&
    ["ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "CreateContainerConfigError"].includes(reason)
    ? `container ${name}: ${reason}${message ? `: ${message}` : ""}`
    : undefined;
}
