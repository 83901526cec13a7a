import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { totalmem } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { cacheDir, stateDir } from "./paths.ts";
import { allPids, markedProcesses, readProc } from "./cluster/process.ts";
import { conflicts, listeners } from "./cluster/network.ts";
import type { Route } from "./cluster/network.ts";
import { checkImagePrerequisites } from "./images/prerequisites.ts";
import { checkToolchainPrerequisites, type PartId } from "./toolchain/index.ts";
import { oldestNode } from "./versions.ts";

const gibibyte = 2 ** 30;
/** GiB; `cache` counts what Go keeps of the builds and their sources. */
const minimum = { memory: 8, state: 10, cache: 30 } as const;

/** Ports of the cluster's daemons on this machine. */
const ports = [2379, 2380, 2381, 6443, 10248, 10249, 10250, 10256, 10257, 10259, 20244];

/** Programs that would fight with ours for firewall rules and pods. */
const nodeAgents = ["kubelet", "kube-proxy", "k3s", "k3s-server", "k3s-agent", "rke2", "kubelite", "kube-router"];

/** What the machine is asked for. */
export interface Demands {
  /** Whether the cluster is to run here, or is somebody else's. */
  readonly cluster: boolean;
  /** Parts that will be made here. */
  readonly parts: readonly PartId[];
}

/**
 * Looks whether everything can be made, and the cluster run, on this machine. Changes nothing.
 *
 * @throws one error with everything that is wrong, each with its remedy
 */
export async function preflight({ cluster, parts }: Demands): Promise<void> {
  const problems = [
    ...checkPlatform(),
    ...(await checkDisk(cacheDir, minimum.cache)),
    ...(await checkToolchainPrerequisites(parts)),
    ...(await checkImagePrerequisites()),
    ...(cluster && process.platform === "linux" ? await checkClusterHost() : []),
  ];
  if (problems.length === 0) return;
  // The same Go may stand in the way of two things.
  const lines = [...new Set(problems)].map((line) => `  - ${line}`);
  throw new Error(`This machine is not ready:\n${lines.join("\n")}`);
}

async function checkClusterHost(): Promise<string[]> {
  const ours = new Set(markedProcesses());
  return [
    ...checkMemory(),
    ...(await checkDisk(stateDir, minimum.state)),
    ...checkKernel(),
    ...checkOtherKubernetes(ours),
    ...(await checkRoutes()),
    // A running cluster holds its own ports; only root can tell whose they are.
    ...(process.getuid?.() === 0 && ours.size === 0 ? checkPorts() : []),
  ];
}

function checkPlatform(): string[] {
  const problems: string[] = [];
  if (process.versions.node.localeCompare(oldestNode, "en", { numeric: true }) < 0) {
    problems.push(`Node ${process.versions.node} is too old: use ${oldestNode} or later`);
  }
  if (process.platform !== "linux" || process.arch !== "x64") {
    problems.push(`${process.platform}/${process.arch}: containers run natively here, so it must be Linux on x86-64`);
  }
  if (process.getuid?.() !== 0) problems.push(`not root: run it as root (sudo npm run local)`);
  return problems;
}

function checkMemory(): string[] {
  const memory = totalmem() / gibibyte;
  return memory >= minimum.memory ? [] : [`${memory.toFixed(1)} GiB of memory: ${minimum.memory} GiB are needed`];
}

async function checkDisk(folder: string, needed: number): Promise<string[]> {
  // What is there already needs no more room.
  if (existsSync(folder)) return [];
  const { bavail, bsize } = await statfs(existing(folder));
  const free = (bavail * bsize) / gibibyte;
  return free < needed ? [`${free.toFixed(1)} GiB free for ${folder}: make room for ${needed} GiB`] : [];
}

function checkKernel(): string[] {
  const problems: string[] = [];
  const missing = [
    ["overlay", hasFileSystem("overlay") || hasModule("overlay")],
    ["br_netfilter", existsSync("/proc/sys/net/bridge") || hasModule("br_netfilter")],
    ["nf_conntrack", existsSync("/proc/sys/net/netfilter") || hasModule("nf_conntrack")],
    ["ip_set", existsSync("/sys/module/ip_set") || hasModule("ip_set")],
  ] as const;
  for (const [name, there] of missing) {
    if (!there) problems.push(`the kernel has no ${name}: install the modules of this kernel, or use a stock one`);
  }
  for (const controller of ["cpu", "memory", "pids"]) {
    if (!hasController(controller)) {
      problems.push(`no cgroup controller "${controller}" below /sys/fs/cgroup: mount it, or boot with it enabled`);
    }
  }
  return problems;
}

function checkOtherKubernetes(ours: ReadonlySet<number>): string[] {
  const network = readlinkSync("/proc/self/ns/net");
  return allPids()
    .filter((pid) => !ours.has(pid) && nodeAgents.includes(readProc(pid, "comm").trim()))
    .filter((pid) => namespaceOf(pid) === network) // one in a container of its own, as kind's, does no harm
    .map(
      (pid) =>
        `another Kubernetes runs here (${readProc(pid, "comm").trim()}, pid ${pid}): stop it, or use --kubeconfig`,
    );
}

function checkPorts(): string[] {
  const taken = listeners(["tcp", "tcp6"].map((name) => readFileSync(`/proc/net/${name}`, "utf8")).join("\n"));
  return ports
    .filter((port) => taken.has(port))
    .map((port) => `port ${port} is taken: end who holds it (ss -ltnp 'sport = :${port}')`);
}

async function checkRoutes(): Promise<string[]> {
  const { stdout, failed } = await execa("ip", ["-json", "route", "show"], { reject: false });
  return failed ? [] : conflicts(JSON.parse(stdout) as Route[]);
}

function hasFileSystem(name: string): boolean {
  return new RegExp(`\\t${name}$`, "m").test(readFileSync("/proc/filesystems", "utf8"));
}

function hasModule(name: string): boolean {
  const folder = join("/lib/modules", readFileSync("/proc/sys/kernel/osrelease", "utf8").trim());
  const lists = ["modules.dep", "modules.builtin"].map((file) => join(folder, file)).filter(existsSync);
  return lists.some((file) => readFileSync(file, "utf8").includes(`/${name}.ko`));
}

function hasController(name: string): boolean {
  const unified = "/sys/fs/cgroup/cgroup.controllers";
  if (existsSync(unified)) return readFileSync(unified, "utf8").split(/\s+/).includes(name);
  return existsSync(join("/sys/fs/cgroup", name));
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined; // gone, or not ours to see
  }
}

function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder));
}
