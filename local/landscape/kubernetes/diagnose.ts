import type { CoreV1Event, V1Pod } from "@kubernetes/client-node";
import { message, type Kubernetes } from "./client.ts";
import { unreadyContainers, type WorkloadReference } from "./readiness.ts";

const logLines = 10;
const eventCount = 5;

/** Lines for people: states, newest warnings and ends of logs of a workload's pods that are not ready. */
export async function diagnose(kubernetes: Kubernetes, workload: WorkloadReference, pods: V1Pod[]): Promise<string[]> {
  const lines = await Promise.all(pods.map((pod) => diagnosePod(kubernetes, pod)));
  const { items } = await kubernetes.core.listNamespacedEvent({ namespace: workload.namespace });
  return [...(pods.length === 0 ? ["it has no pod"] : []), ...lines.flat(), ...warnings(items, workload.name)];
}

/** The newest warnings about a workload and what it made, oldest first. */
function warnings(events: CoreV1Event[], name: string): string[] {
  return events
    .filter(({ type, involvedObject }) => type === "Warning" && isOf(name, involvedObject.name ?? ""))
    .sort((a, b) => time(a) - time(b))
    .slice(-eventCount)
    .map(({ involvedObject, reason, message: text }) => `event of ${involvedObject.name}: ${reason}: ${text}`);
}

/** A workload's ReplicaSets and pods are called `<name>-…`. */
function isOf(name: string, object: string): boolean {
  return object === name || object.startsWith(`${name}-`);
}

function time({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  // The client hands a time with microseconds over as it came: as text.
  return new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
}

async function diagnosePod({ core }: Kubernetes, pod: V1Pod): Promise<string[]> {
  const { name = "", namespace = "" } = pod.metadata ?? {};
  const lines: string[] = [];
  const scheduled = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status === "False") lines.push(`pod ${name}: ${scheduled.reason}: ${scheduled.message}`);
  for (const status of unreadyContainers(pod)) {
    const { waiting, terminated, running } = status.state ?? {};
    const reason = waiting?.reason ?? terminated?.reason ?? (running ? "runs, but its probe does not pass" : "unknown");
    const exit = (terminated ?? status.lastState?.terminated)?.exitCode;
    const restarts = `${status.restartCount} restarts${exit === undefined ? "" : `, last exit code ${exit}`}`;
    lines.push(`pod ${name}, container ${status.name}: ${reason} (${restarts})`);
    const log = await core
      .readNamespacedPodLog({
        name,
        namespace,
        container: status.name,
        tailLines: logLines,
        previous: waiting !== undefined && status.restartCount > 0,
      })
      .catch((error: unknown) => `(no log: ${message(error)})`);
    lines.push(
      ...log
        .trimEnd()
        .split("\n")
        .map((line) => `  | ${line}`),
    );
  }
  return lines;
}
