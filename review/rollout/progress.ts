import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import type { Service } from "../../config/landscape.ts";
import type { WorkloadKind } from "../../config/model.ts";
import { heldBack, type LiveWorkload } from "../check/workload.ts";

/**
 * How far a rollout is.
 *
 * `held`: it does not go on until somebody acts, as its owner wants it. `failed`: it will not get through.
 */
export type Progress =
  | { state: "through" }
  | { state: "under way"; /** Changes with each step forward. */ step: string }
  | { state: "held"; reason: string }
  | { state: "failed"; reason: string };

/** The API's word for "never". */
const never = 2 ** 31 - 1;

/**
 * How long a rollout may stand still, milliseconds. A Deployment says itself when its time is over, a little before this;
 * the other kinds have no number of their own.
 */
export function patienceOf({ wiring: { rolloutSeconds } }: Pick<Service, "wiring">, workload?: LiveWorkload): number {
  if (rolloutSeconds !== undefined) return rolloutSeconds * 1000;
  const deadline = workload?.spec?.progressDeadlineSeconds ?? 600;
  return (deadline === never ? 1200 : deadline + 30) * 1000;
}

/** Starts of a container after which it is not taken for one that waits for something. */
const failedStarts = 2;

/**
 * How far the rollout of a workload is. A failure is seen as soon as a new pod shows it, not only after the time that a
 * Deployment gives itself.
 *
 * @param pods of the newest template.
 */
export function progressOf(kind: WorkloadKind, workload: LiveWorkload, pods: readonly V1Pod[]): Progress {
  const { metadata, status = {} } = workload;
  const { wanted, due, updated, available, old } = counts[kind](workload);
  const underWay = {
    state: "under way",
    step: `${updated} of ${due} pods are new, ${available} of ${wanted} available`,
  } as const;
  if ((status.observedGeneration ?? 0) < (metadata?.generation ?? 0)) return underWay;
  if (updated >= due && available >= wanted && old === 0) return { state: "through" };
  const broken = pods.map(brokenPod).find((reason) => reason !== undefined);
  if (broken !== undefined) return { state: "failed", reason: broken };
  const held = heldBack(workload);
  if (held?.pods === "none") return { state: "held", reason: held.why };
  const condition = (status.conditions ?? []).find(
    ({ type, status: is, reason }) =>
      (type === "ReplicaFailure" && is === "True") ||
      (type === "Progressing" && is === "False" && reason === "ProgressDeadlineExceeded"),
  );
  return condition ? { state: "failed", reason: condition.message ?? condition.reason ?? condition.type } : underWay;
}

interface Counts {
  /** Pods that there are to be. */
  wanted: number;
  /** Pods that are to be new. */
  due: number;
  updated: number;
  available: number;
  /** Pods of an older template that are to go. */
  old: number;
}

/** What each kind says of its pods, in its own words. */
const counts: Record<WorkloadKind, (workload: LiveWorkload) => Counts> = {
  Deployment({ spec, status = {} }) {
    const { replicas = 0, updatedReplicas: updated = 0, availableReplicas: available = 0 } = status;
    const wanted = spec?.replicas ?? 1;
    return { wanted, due: wanted, updated, available, old: replicas - updated };
  },
  StatefulSet({ spec, status = {} }) {
    const wanted = spec?.replicas ?? 1;
    const { replicas = 0, updatedReplicas = 0, availableReplicas: available = 0 } = status;
    // Once all pods are new, there is no other revision that pods could be counted by.
    const updated = status.updateRevision === status.currentRevision ? replicas : updatedReplicas;
    const partition = spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
    // With none to be new the patch waits, see `heldBack`.
    const due = partition >= wanted ? wanted : wanted - partition;
    return { wanted, due, updated, available, old: 0 };
  },
  DaemonSet({ status = {} }) {
    const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled: updated = 0, numberAvailable = 0 } = status;
    return { wanted, due: wanted, updated, available: numberAvailable, old: 0 };
  },
};

function brokenPod({ status }: V1Pod): string | undefined {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
    .map(brokenContainer)
    .find((reason) => reason !== undefined);
}

/** An application's log is nobody's to read here: it may hold what customers wrote. */
const silent = "its log says why, and goes with the pod; to read it: kubectl logs --follow during the next try";

function brokenContainer({ name, restartCount, state, lastState }: V1ContainerStatus): string | undefined {
  const { reason, message } = state?.waiting ?? {};
  // While it waits for its next start, the kubelet says either.
  if (restartCount >= failedStarts && (reason === "CrashLoopBackOff" || state?.terminated)) {
    const { exitCode, message: last, reason: why } = state?.terminated ?? lastState?.terminated ?? {};
    const said = last?.trim().split("\n").slice(-3).join(" / ");
    return `container ${name} ended ${restartCount} times, last with exit code ${exitCode} (${why}): ${said || silent}`;
  }
  // The kubelet has tried, and will try again for ever.
  return reason !== undefined &&
    ["ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "CreateContainerConfigError"].includes(reason)
    ? `container ${name}: ${reason}${message ? `: ${message}` : ""}`
    : undefined;
}
