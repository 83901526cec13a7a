import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile, readlink, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { stateDir } from "../paths.ts";
import { untilItWorks } from "../wait.ts";
import { removals } from "./firewall.ts";
import { cgroupDirectories, hadTable } from "./host.ts";
import { ourMounts } from "./mounts.ts";
import { allPids, endProcesses, readProc } from "./process.ts";
import { containerdSocket, volatileDir } from "./settings.ts";

/** Names of kube-router's sets. */
const setNames = /^(inet6:)?(KUBE-|kube-router-)/;

/** Ends the shims and every process in a cgroup of ours. */
export async function endPodProcesses(): Promise<void> {
  const shims = allPids().filter((pid) => {
    const args = readProc(pid, "cmdline").split("\0");
    return args[0]?.includes("containerd-shim") && args.includes(containerdSocket);
  });
  // Shims first: one that sees its container die would ask containerd to clean up.
  await endProcesses(shims, 0);
  for (const root of await cgroupDirectories()) {
    await endProcesses((await tree(root)).flatMap(pidsIn), 0);
  }
}

/** Removes our cgroups. The kernel needs a moment after the last process of one. */
export async function removeCgroups(): Promise<void> {
  for (const root of await cgroupDirectories()) {
    for (const directory of (await tree(root)).reverse()) {
      const remove = async () => {
        if (existsSync(directory)) await rmdir(directory);
      };
      await untilItWorks(remove, { limit: 5000, every: 100 });
    }
  }
}

/** Unmounts everything below our folders, the last mounted first. */
export async function unmountAll(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    const targets = ourMounts(await readFile("/proc/self/mountinfo", "utf8"));
    if (targets.length === 0) return;
    for (const target of targets) {
      await execa("umount", [target]).catch(() => execa("umount", ["--lazy", target], { reject: false }));
    }
  }
  const left = ourMounts(await readFile("/proc/self/mountinfo", "utf8"));
  if (left.length > 0) throw new Error(`still mounted: ${left.join(", ")}. See who uses them: fuser -vm ${left[0]}`);
}

/** Removes the chains of kube-proxy and kube-router, the rules that lead to them, and their sets. */
export async function removeFirewallRules(): Promise<void> {
  // Where the packages are not installed (yet), nobody can have made rules with them.
  if ((await execa("iptables", ["--version"], { reject: false })).failed) return;
  for (const command of ["iptables", "ip6tables"]) {
    const { stdout } = await execa(`${command}-save`);
    for (const [table, commands] of removals(stdout)) {
      // One transaction per table: nothing is left half done. Without --noflush it would replace what is not ours.
      const input = `*${table}\n${commands.join("\n")}\nCOMMIT\n`;
      await execa(`${command}-restore`, ["--noflush"], { input });
    }
    await removeEmptyTables(command);
  }
  const { stdout } = await execa("ipset", ["list", "-name"]);
  const sets = stdout.split("\n").filter((name) => setNames.test(name));
  // A set of sets holds its members; flush all before the first is destroyed.
  for (const verb of ["flush", "destroy"]) for (const set of sets) await execa("ipset", [verb, set]);
}

/** Tables that only the cluster filled: nft's variant keeps them with empty built-in chains. */
async function removeEmptyTables(command: string): Promise<void> {
  const { stdout } = await execa(`${command}-save`);
  for (const section of stdout.split(/^(?=\*)/m)) {
    const table = /^\*(\S+)/.exec(section)?.[1];
    if (table === undefined || /^-A/m.test(section) || (await hadTable(command, table))) continue;
    await execa("nft", ["delete", "table", command === "iptables" ? "ip" : "ip6", table], { reject: false });
  }
}

/** Removes files that Kubernetes and containerd put at fixed places outside our folders. */
export async function removeFootprints(): Promise<void> {
  await removeDeadShimSockets();
  const logs = "/var/log/containers";
  for (const name of await entries(logs)) {
    const target = await readlink(join(logs, name)).catch(() => "");
    if (target.startsWith(`${stateDir}/`)) await rm(join(logs, name));
  }
  const results = "/var/lib/cni/results";
  for (const name of await entries(results)) {
    if ((await readFile(join(results, name), "utf8")).includes(volatileDir)) await rm(join(results, name));
  }
  const devicePlugins = "/var/lib/kubelet/device-plugins";
  for (const name of ["kubelet.sock", "kubelet_internal_checkpoint", "DEPRECATION"]) {
    await rm(join(devicePlugins, name), { force: true });
  }
  const folders = [logs, results, "/var/lib/cni", devicePlugins, "/var/lib/kubelet", "/run/containerd/s"];
  for (const folder of [...folders, "/run/containerd"]) await rmdir(folder).catch(() => undefined); // not empty: not ours
}

/** The shims' sockets have hashed names in a folder that all containerds share: one that nobody listens on is dead. */
async function removeDeadShimSockets(): Promise<void> {
  const folder = "/run/containerd/s";
  const listening = await readFile("/proc/net/unix", "utf8");
  for (const name of await entries(folder)) {
    if (!listening.includes(join(folder, name))) await rm(join(folder, name));
  }
}

async function entries(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}

function pidsIn(directory: string): number[] {
  return readFileSync(join(directory, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
}

async function tree(directory: string): Promise<string[]> {
  if (!existsSync(directory)) return [];
  const found = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const below = await Promise.all(
    found.filter((entry) => entry.isDirectory()).map(({ name }) => tree(join(directory, name))),
  );
  return [directory, ...below.flat()];
}
