import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import type { ExecaError } from "execa";
import { kubeconfig, serviceAccountKey, stateDir } from "../paths.ts";
import * as cleanup from "./cleanup.ts";
import { writeConfiguration } from "./configuration.ts";
import { stopContainers } from "./containerd.ts";
import { daemon, daemonNames } from "./daemons.ts";
import { isPrepared, prepareHost, restoreHost } from "./host.ts";
import { applyManifest, kubectl } from "./kubectl.ts";
import { ensureClusterPki } from "./pki.ts";
import { endProcesses, ensureDaemon, markedProcesses, processState, stopDaemon } from "./process.ts";
import type { ProcessState } from "./process.ts";
import { containerdSocket, nodeName, volatileDir } from "./settings.ts";

/** What {@link startCluster} may be given. */
export interface StartOptions {
  /** Puts the images of the cluster's own pods into containerd. It is called once the node is ready. */
  readonly images: () => Promise<void>;
  /** Told what happens. Default: nobody. */
  readonly log?: (line: string) => void;
}

/** What {@link clusterStatus} found. */
export interface ClusterStatus {
  readonly daemons: readonly ProcessState[];
  /** What the node says about itself, or why nobody can tell. */
  readonly node: string;
  /** Pods that are neither ready nor done, as `namespace/name: reason`; absent if nobody can tell. */
  readonly notReady?: readonly string[];
}

/**
 * Makes the cluster run, whatever is there of it: nothing, all, some daemons, or only data and mounts of a run that a
 * reboot ended. Returns when the node and the cluster's own pods are ready.
 *
 * @throws if a daemon does not come up; the message has the end of its log
 */
export async function startCluster(options: StartOptions): Promise<void> {
  const log = options.log ?? (() => undefined);
  await mkdir(stateDir, { recursive: true, mode: 0o755 });
  await mkdir(volatileDir, { recursive: true, mode: 0o711 });
  await prepareHost();
  await ensureClusterPki();
  await writeConfiguration();
  for (const name of daemonNames) {
    if (await ensureDaemon(daemon(name))) log(`${name} started`);
    if (name === "kube-apiserver") await applyManifest("kube-router");
  }
  await kubectl("wait", "--for=create", `node/${nodeName}`, "--timeout=60s");
  await kubectl("wait", "--for=condition=Ready", `node/${nodeName}`, "--timeout=120s");
  log("node ready");
  await options.images();
  for (const manifest of ["issuer", "coredns", "storage"]) await applyManifest(manifest);
  await kubectl("-n", "kube-system", "rollout", "status", "deployment/coredns", "--timeout=180s");
  await kubectl("-n", "local-path-storage", "rollout", "status", "deployment/local-path-provisioner", "--timeout=180s");
}

/**
 * Stops the cluster and keeps its data: containers get SIGTERM and `grace` seconds (default 30), so that databases close
 * their files; then the daemons end.
 */
export async function stopCluster(grace = 30): Promise<void> {
  await stopDaemon("kubelet");
  const containerd = await processState("containerd");
  if (containerd.pid !== undefined && existsSync(containerdSocket)) await stopContainers(grace);
  for (const name of [...daemonNames].reverse()) await stopDaemon(name);
  await cleanup.endPodProcesses();
}

/**
 * Removes the cluster from this machine: processes, mounts, devices, firewall rules, kernel settings, files. Needs no
 * complete state. What is someone else's stays, and so does the cache of built parts and images.
 */
export async function resetCluster(): Promise<void> {
  for (const name of [...daemonNames].reverse()) await stopDaemon(name, 5);
  await endProcesses(markedProcesses(), 5);
  await cleanup.endPodProcesses();
  await cleanup.unmountAll();
  await cleanup.removeCgroups();
  // Rules and some files look the same for every Kubernetes: they are ours where ours has run, for it runs beside no other.
  const prepared = await isPrepared();
  if (prepared) await cleanup.removeFirewallRules();
  await restoreHost();
  if (prepared || existsSync(serviceAccountKey)) await cleanup.removeFootprints();
  // First: without it, nobody can take what is left for a cluster of the user's own.
  await rm(kubeconfig, { force: true });
  for (const directory of [volatileDir, stateDir]) {
    // A process that ended a moment ago may still close its last file.
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** What runs and what does not. Changes nothing and does not fail. */
export async function clusterStatus(): Promise<ClusterStatus> {
  const daemons = await Promise.all(daemonNames.map(processState));
  if (daemons.every(({ pid }) => pid === undefined)) return { daemons, node: "stopped" };
  try {
    const { items } = JSON.parse(await kubectl("get", "nodes,pods", "-A", "-o", "json", "--request-timeout=5s")) as {
      items: KubernetesItem[];
    };
    const node = items.find(({ kind }) => kind === "Node");
    const pods = items.filter(({ kind, status }) => kind === "Pod" && status.phase !== "Succeeded");
    return {
      daemons,
      node: node && isReady(node) ? "Ready" : `not ready: ${(node && readyCondition(node)?.message) ?? "no condition"}`,
      notReady: pods.filter((pod) => !isReady(pod)).map(describe),
    };
  } catch (error) {
    const { stderr, message } = error as Partial<ExecaError> & Error;
    return { daemons, node: `unknown: ${typeof stderr === "string" && stderr ? stderr : message}` };
  }
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

interface KubernetesItem {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly status: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}

function readyCondition(item: KubernetesItem): Condition | undefined {
  return item.status.conditions?.find(({ type }) => type === "Ready");
}

function isReady(item: KubernetesItem): boolean {
  return readyCondition(item)?.status === "True";
}

function describe(pod: KubernetesItem): string {
  const { namespace, name } = pod.metadata;
  return `${namespace}/${name}: ${readyCondition(pod)?.message ?? pod.status.phase ?? "unknown"}`;
}
