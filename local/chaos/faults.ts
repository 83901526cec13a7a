import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import { restingFirst, rotationSteps } from "../../bootstrap/rotation.ts";
import { accountsOf, storeNames } from "../../components/elasticsearch/names.ts";
import { rotationSchedules } from "../../components/vault/account-in-turn.ts";
import { generatedUsers, vaultPaths } from "../../components/vault/paths.ts";
import { readStack } from "../../config/stack-file.ts";
import { AskError } from "../../lib/ask-error.ts";
import { elasticsearchName, defaultNamespace as namespace, ports } from "../../lib/names.ts";
import { tunnelConnector } from "../../lib/tunnel.ts";
import type { VaultClient } from "../../lib/vault-client.ts";
import type { Kubernetes } from "../landscape/kubernetes/client.ts";
import { waitUntilReady } from "../landscape/kubernetes/wait.ts";
import { anonymousVaultClient, vaultClient } from "../landscape/vault/client.ts";
import { openVault, sealState } from "../landscape/vault/unseal.ts";
import { waitFor } from "../wait.ts";
import { podsOf, signalProgram, untilStartedAgain } from "./processes.ts";

/** What every fault is handed. */
export interface Live {
  kubernetes: Kubernetes;
  /** PEM: root of the stack's certificates. */
  root: string;
  /** How long the fault lasts, milliseconds. */
  holdMs: number;
  /** Ends a fault that has a begin and an end. Default: after {@link holdMs}. */
  until?: () => Promise<unknown>;
  progress: (message: string) => void;
  signal: AbortSignal;
}

type Kind = "Deployment" | "StatefulSet";

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

/** Vault seals itself, as after a restart that nobody noticed. */
export async function sealed(live: Live): Promise<void> {
  const vault = await anonymousVaultClient(live.kubernetes);
  await (await vaultClient()).write("sys/seal");
  live.progress("Vault is sealed");
  try {
    await hold(live);
  } finally {
    await openVault(vault);
    live.progress("Vault is unsealed");
  }
  const open = async () => (await sealState(vault)) === "unsealed";
  if (!(await waitFor(open, { limit: 60_000, signal: live.signal }))) throw new AskError("Vault does not open again.");
}

/** Between the two users of a pair, minutes: what half a month is otherwise. */
const turnMinutes = 2;

/** Vault sets new passwords of the users that write, by itself and often. */
export async function rotated(live: Live, groups: readonly string[]): Promise<void> {
  const vault = await vaultClient();
  const stack = readStack("local");
  const { database } = vaultPaths({ stack: stack.name, settings: stack.settings });
  const writers = groups.map(storeNames({ stack: stack.name, settings: stack.settings }).writer).map(accountsOf);
  const schedule = async (username: string, rotation_schedule: string) => {
    const path = `${database}/static-roles/${username}`;
    const { data } = await vault.read<{ data: { db_name: string } }>(path);
    await vault.write(path, { db_name: data.db_name, username, rotation_schedule });
  };
  try {
    // First one of each pair, and when the pods have gone over, the other; then both come round in their turn. A schedule that
    // had an earlier date since the last change would be made up for at once.
    const pairs = await Promise.all(writers.map((pair) => restingFirst(vault, database, pair)));
    const schedules: string[] = [];
    for (const index of [0, 1]) {
      for (const pair of pairs) await vault.write(`${database}/rotate-role/${pair[index]!}`);
      schedules.push(`${new Date().getMinutes() % (2 * turnMinutes)}-59/${2 * turnMinutes} * * * *`);
      if (index === 0) await sleep(turnMinutes * 60_000, undefined, { signal: live.signal });
    }
    for (const pair of pairs) {
      for (const [index, username] of pair.entries()) await schedule(username, schedules[index]!);
    }
    live.progress(`Vault rotates the users of ${pairs.length} writers, one of each pair every ${turnMinutes} minutes`);
    await hold(live);
  } finally {
    for (const pair of writers) {
      for (const [index, username] of pair.entries()) await schedule(username, rotationSchedules[index]!);
    }
    live.progress("Vault rotates them as before");
  }
}

/** `bootstrap --rotate`: new passwords for all, with the wait that it has, and one more for what comes after. */
export async function rotatedByHand(live: Live, groups: readonly string[]): Promise<void> {
  const stack = readStack("local");
  const wait = (seconds: number) => sleep(seconds * 1_000, undefined, { signal: live.signal });
  for (const step of await rotationSteps({ ...stack, groups }, await vaultClient(), wait)) {
    live.progress(`${await step.run()}: ${step.title}`);
  }
  await hold(live);
}

/** The store refuses what a group writes, by a block on its indices: 403 for each document, and the request succeeds. */
export async function refused(live: Live, group: string): Promise<void> {
  const block = async (on: boolean) =>
    putSettings(live, `${group}-jaeger-span-*`, { "index.blocks.write": on ? true : null });
  await block(true);
  live.progress(`Elasticsearch refuses what ${group} writes`);
  try {
    await hold(live);
  } finally {
    await block(false);
    live.progress(`Elasticsearch takes what ${group} writes`);
  }
}

async function putSettings({ kubernetes, root }: Live, indices: string, settings: object): Promise<void> {
  const { username, password } = await provisioner(await vaultClient());
  const target = { namespace, service: elasticsearchName, port: ports.elasticsearch, ca: root };
  const dispatcher = new Agent({ connect: tunnelConnector(kubernetes.config, target) });
  try {
    const url = `https://${elasticsearchName}.${namespace}.svc:${ports.elasticsearch}/${indices}/_settings`;
    const answer = await request(url, {
      dispatcher,
      method: "PUT",
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(settings),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new AskError(`Elasticsearch: ${answer.statusCode} ${text.slice(0, 300)}`);
  } finally {
    await dispatcher.close();
  }
}

async function provisioner(vault: VaultClient): Promise<{ username: string; password: string }> {
  const { name, settings } = readStack("local");
  const path = vaultPaths({ stack: name, settings }).kv(generatedUsers.provisioner);
  return (await vault.read<{ data: { data: { username: string; password: string } } }>(path)).data.data;
}

export async function hold({ until, holdMs, signal }: Pick<Live, "until" | "holdMs" | "signal">): Promise<void> {
  await (until ? until() : sleep(holdMs, undefined, { signal }));
}
