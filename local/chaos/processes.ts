import type { V1Pod } from "@kubernetes/client-node";
import { AskError } from "../../lib/ask-error.ts";
import { defaultNamespace as namespace } from "../../lib/names.ts";
import { allPids, readProc } from "../cluster/process.ts";
import type { Kubernetes } from "../landscape/kubernetes/client.ts";
import { nameLabel } from "../landscape/kubernetes/workload.ts";

/** Running pods of a workload of the stack. */
export async function podsOf({ core }: Kubernetes, workload: string): Promise<V1Pod[]> {
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: `${nameLabel}=${workload}` });
  return items.filter(({ metadata, status }) => !metadata?.deletionTimestamp && status?.phase === "Running");
}

/**
 * Sends a signal to every process of a pod's program from outside of its container, as the kernel does when memory is out: inside, the first
 * process is safe from SIGKILL and SIGSTOP.
 *
 * @param container Default: the first, which is the workload's own program.
 * @throws AskError if its processes are not on this machine
 */
export function signalProgram(pod: V1Pod, signal: "SIGKILL" | "SIGSTOP" | "SIGCONT", container?: string): void {
  for (const pid of pidsOf(pod, container)) process.kill(pid, signal);
}

/**
 * A file that a pod's program sees, as a path of this machine.
 *
 * @throws AskError if its processes are not on this machine
 */
export function fileOf(pod: V1Pod, path: string): string {
  return `/proc/${pidsOf(pod)[0]}/root${path}`;
}

function pidsOf(pod: V1Pod, container = pod.spec?.containers[0]?.name): number[] {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const id = statuses.find(({ name }) => name === container)?.containerID?.replace(/^\w+:\/\//, "");
  const pids = id ? allPids().filter((pid) => readProc(pid, "cgroup").includes(id)) : [];
  if (pids.length > 0) return pids;
  throw new AskError(
    `No process of container ${container} of pod ${pod.metadata?.name} is on this machine: this needs the cluster that "npm run local" makes.`,
  );
}
