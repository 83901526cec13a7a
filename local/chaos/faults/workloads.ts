import { ApiException, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { defaultNamespace as namespace } from "../../../lib/names.ts";
import { waitUntilReady } from "../../landscape/kubernetes/wait.ts";
import { untilItWorks } from "../../wait.ts";
import { podsOf, signalProgram, untilStartedAgain } from "../processes.ts";
import { hold, type Live } from "./live.ts";

export type Kind = "Deployment" | "StatefulSet";

/**
 * Pods of a workload are taken away for as long as the fault lasts.
 *
 * @param home its namespace. Default: the stack's.
 */
export async function away(live: Live, kind: Kind, name: string, home = namespace): Promise<void> {
  const replicas = await scale(live, kind, name, 0, home);
  live.progress(`${name} is away`);
  try {
    await hold(live);
  } finally {
    await scale(live, kind, name, replicas, home);
    live.progress(`${name} comes back`);
  }
  await waitUntilReady(live.kubernetes, { kind, namespace: home, name }, { signal: live.signal });
}

/** @returns how many there were. */
export async function scale(
  { kubernetes: { apps } }: Live,
  kind: Kind,
  name: string,
  replicas: number,
  home = namespace,
): Promise<number> {
  const [read, replace] =
    kind === "Deployment"
      ? [apps.readNamespacedDeploymentScale.bind(apps), apps.replaceNamespacedDeploymentScale.bind(apps)]
      : [apps.readNamespacedStatefulSetScale.bind(apps), apps.replaceNamespacedStatefulSetScale.bind(apps)];
  const current = await read({ namespace: home, name });
  await replace({ namespace: home, name, body: { ...current, spec: { replicas } } });
  return current.spec?.replicas ?? 0;
}

/** Stops a workload's processes for as long as the fault lasts: connections stay, nobody answers. */
export async function paused(live: Live, workload: string): Promise<void> {
  const pods = await podsOf(live.kubernetes, workload);
  for (const pod of pods) signalProgram(pod, "SIGSTOP");
  live.progress(`${workload} is stopped`);
  try {
    await hold(live);
  } finally {
    for (const pod of pods) signalProgram(pod, "SIGCONT");
    live.progress(`${workload} goes on`);
  }
}

/**
 * Kills the processes of every pod of a workload, one pod after the other, until the fault is over.
 *
 * @param home its namespace. Default: the stack's.
 * @param container Default: the workload's own program.
 */
export async function killed(
  live: Live,
  kind: Kind,
  name: string,
  { home = namespace, container }: { home?: string; container?: string } = {},
): Promise<void> {
  const end = Date.now() + live.holdMs;
  do {
    for (const pod of await podsOf(live.kubernetes, name, home)) {
      signalProgram(pod, "SIGKILL", container);
      live.progress(`${container ?? "the program"} of ${pod.metadata?.name} was killed`);
      await untilStartedAgain(live.kubernetes, pod, { container, signal: live.signal });
      await waitUntilReady(live.kubernetes, { kind, namespace: home, name }, { signal: live.signal });
    }
    await sleep(5_000, undefined, { signal: live.signal });
  } while (Date.now() < end);
}

/**
 * Rolls a workload as a new configuration would.
 *
 * @param home its namespace. Default: the stack's.
 */
export async function rolled(live: Live, kind: Kind, name: string, home = namespace): Promise<void> {
  const { apps } = live.kubernetes;
  const annotations = { "kubectl.kubernetes.io/restartedAt": new Date().toISOString() };
  const body = { spec: { template: { metadata: { annotations } } } };
  const options = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);
  if (kind === "Deployment") await apps.patchNamespacedDeployment({ namespace: home, name, body }, options);
  else await apps.patchNamespacedStatefulSet({ namespace: home, name, body }, options);
  live.progress(`${name} rolls`);
  await waitUntilReady(live.kubernetes, { kind, namespace: home, name }, { signal: live.signal });
}

/** Pods of a workload are evicted one after the other, as when their nodes are drained: budgets have their say. */
export async function drained(live: Live, kind: Kind, name: string, home = namespace): Promise<void> {
  const { core } = live.kubernetes;
  for (const { metadata } of await podsOf(live.kubernetes, name, home)) {
    const pod = { name: metadata!.name!, namespace: home };
    const evict = () => core.createNamespacedPodEviction({ ...pod, body: { metadata: pod } });
    // 429 is a budget's word: another pod has to be ready first.
    await untilItWorks(evict, { limit: 120_000, every: 2_000, signal: live.signal, passing: isBudget });
    live.progress(`${pod.name} is evicted`);
    await waitUntilReady(live.kubernetes, { kind, namespace: home, name }, { signal: live.signal });
  }
}

const isBudget = (error: unknown) => error instanceof ApiException && error.code === 429;
