import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { AskError } from "../../lib/ask-error.ts";
import { defaultNamespace as namespace } from "../../lib/names.ts";
import { allPids, readProc } from "../cluster/process.ts";
import type { Kubernetes } from "../landscape/kubernetes/client.ts";
import { nameLabel } from "../landscape/kubernetes/workload.ts";
import { waitFor } from "../wait.ts";

/**
 * Running pods of a workload.
 *
 * @param home its namespace. Default: the stack's.
 */
export async function podsOf({ core }: Kubernetes, workload: string, home = namespace): Promise<V1Pod[]> {
  const { items } = await core.listNamespacedPod({ namespace: home, labelSelector: `${nameLabel}=${workload}` });
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
 * Kills every process of a pod at once, also the one that holds its network.
 *
 * @throws AskError if its processes are not on this machine
 */
export function killPod({ metadata }: V1Pod): void {
  // By systemd's names or by the kubelet's own.
  const names = [metadata!.uid!, metadata!.uid!.replaceAll("-", "_")];
  const pids = allPids().filter((pid) => names.some((name) => readProc(pid, "cgroup").includes(`pod${name}`)));
  if (pids.length === 0) throw notHere(`pod ${metadata?.name}`);
  for (const pid of pids) process.kill(pid, "SIGKILL");
}

/** Waits until a container whose process was killed runs again, or its pod is gone: after a second time the kubelet pauses. */
export async function untilStartedAgain(
  { core }: Kubernetes,
  killed: V1Pod,
  { container, signal }: { container: string | undefined; signal: AbortSignal },
): Promise<void> {
  const { name = "", namespace: home = "", uid } = killed.metadata ?? {};
  const before = statusOf(killed, container)?.containerID;
  const look = async () => {
    const { items } = await core.listNamespacedPod({ namespace: home, fieldSelector: `metadata.name=${name}` });
    const now = items.find(({ metadata }) => metadata?.uid === uid);
    const status = now && statusOf(now, container);
    return !now || (status?.state?.running !== undefined && status.containerID !== before);
  };
  if (!(await waitFor(look, { limit: 300_000, signal })))
    throw new AskError(`${name} was killed, and does not start again.`);
}

function statusOf({ spec, status }: V1Pod, container = spec?.containers[0]?.name): V1ContainerStatus | undefined {
  const statuses = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return statuses.find(({ name }) => name === container);
}

function pidsOf(pod: V1Pod, container?: string): number[] {
  const id = statusOf(pod, container)?.containerID?.replace(/^\w+:\/\//, "");
  const pids = id ? allPids().filter((pid) => readProc(pid, "cgroup").includes(id)) : [];
  if (pids.length > 0) return pids;
  throw notHere(`${container === undefined ? "the program" : `container ${container}`} of pod ${pod.metadata?.name}`);
}

function notHere(what: string): AskError {
  return new AskError(`No process of ${what} is on this machine: this needs the cluster that "npm run local" makes.`);
}
