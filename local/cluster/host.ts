import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { bridge, bridgeAddress, cgroup, nodeAddress, podRange, serviceRange, volatileDir } from "./settings.ts";

/** What the machine was like before the cluster. A reboot forgets it together with the changes. */
const recordFile = join(volatileDir, "host.json");
const cgroupRoot = "/sys/fs/cgroup";

/** Kernel settings that the cluster needs at least. */
const needed: Readonly<Record<string, number>> = {
  "net.ipv4.ip_forward": 1,
  "net.bridge.bridge-nf-call-iptables": 1,
  // Elasticsearch maps its files; a watch per mounted ConfigMap and log adds up.
  "vm.max_map_count": 262_144,
  "fs.inotify.max_user_instances": 1024,
  "fs.inotify.max_user_watches": 65_536,
};

/** Kernel settings that kubelet, kube-proxy, kube-router and CNI change on their own. */
const changedByOthers = [
  "net.bridge.bridge-nf-call-ip6tables",
  "net.ipv4.conf.all.route_localnet",
  "net.netfilter.nf_conntrack_max",
  "net.netfilter.nf_conntrack_buckets",
  "net.netfilter.nf_conntrack_tcp_be_liberal",
  "net.netfilter.nf_conntrack_tcp_timeout_close_wait",
  "net.netfilter.nf_conntrack_tcp_timeout_established",
  "vm.overcommit_memory",
  "vm.panic_on_oom",
  "kernel.panic",
  "kernel.panic_on_oops",
  "kernel.keys.root_maxkeys",
  "kernel.keys.root_maxbytes",
];

interface HostRecord {
  readonly boot: string;
  readonly sysctls: Readonly<Record<string, string>>;
  /** `<iptables|ip6tables> <table>` that had rules or chains, so that those which we fill first can be emptied last. */
  readonly tables: readonly string[];
}

/** Makes the machine ready: kernel settings, bridge, addresses, routes, parent cgroup. May be repeated. */
export async function prepareHost(): Promise<void> {
  await loadModules();
  await record();
  for (const [name, value] of Object.entries(needed)) {
    if (Number(readSysctl(name)) < value) await writeSysctl(name, String(value));
  }
  await addBridge();
  for (const directory of await cgroupDirectories()) await mkdir(directory, { recursive: true });
}

/** Built into some kernels; where they are modules, CNI and containerd do not load them. They stay loaded. */
async function loadModules(): Promise<void> {
  const overlay = /\toverlay$/m.test(await readFile("/proc/filesystems", "utf8"));
  const missing = [...(overlay ? [] : ["overlay"]), ...(existsSync("/proc/sys/net/bridge") ? [] : ["br_netfilter"])];
  for (const module of missing) await execa("modprobe", [module]);
}

/** Takes back what {@link prepareHost} did, and the kernel settings that the cluster's processes changed. */
export async function restoreHost(): Promise<void> {
  await removeBridge();
  for (const [name, value] of Object.entries((await readRecord())?.sysctls ?? {})) {
    if (readSysctl(name) !== value) await writeSysctl(name, value);
  }
}

/** Whether {@link prepareHost} has changed this machine since it was started. */
export async function isPrepared(): Promise<boolean> {
  return (await readRecord()) !== undefined;
}

/** Folders of our parent cgroup: one per controller with cgroup v1, one with v2. */
export async function cgroupDirectories(): Promise<string[]> {
  if (existsSync(join(cgroupRoot, "cgroup.controllers"))) return [join(cgroupRoot, cgroup)];
  const mounts = await readFile("/proc/self/mounts", "utf8");
  return mounts
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, target, type]) => type?.startsWith("cgroup") && target?.startsWith(`${cgroupRoot}/`))
    .map(([, target]) => join(target!, cgroup));
}

/** Whether `table` of `command` had anything in it before the cluster; true if nobody knows. */
export async function hadTable(command: string, table: string): Promise<boolean> {
  return (await readRecord())?.tables.includes(`${command} ${table}`) ?? true;
}

async function record(): Promise<void> {
  if ((await readRecord()) !== undefined) return;
  const names = [...Object.keys(needed), ...changedByOthers].filter((name) => readSysctl(name) !== undefined);
  const tables: string[] = [];
  for (const command of ["iptables", "ip6tables"]) {
    const { stdout } = await execa(`${command}-save`);
    for (const [, table] of stdout.matchAll(/^\*(\S+)$/gm)) tables.push(`${command} ${table}`);
  }
  const content: HostRecord = {
    boot: bootId(),
    sysctls: Object.fromEntries(names.map((name) => [name, readSysctl(name)!])),
    tables,
  };
  await mkdir(volatileDir, { recursive: true, mode: 0o711 });
  await writeFile(recordFile, JSON.stringify(content, undefined, 2));
}

async function readRecord(): Promise<HostRecord | undefined> {
  const text = await readFile(recordFile, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const content = JSON.parse(text) as HostRecord;
  return content.boot === bootId() ? content : undefined;
}

/**
 * The bridge is there before the first pod, with routes for all addresses of the cluster: a packet for a Service that
 * does not exist (yet) dies on it instead of leaving the machine by the default route.
 */
async function addBridge(): Promise<void> {
  if (!existsSync(`/sys/class/net/${bridge}`)) await ip("link", "add", bridge, "type", "bridge");
  await ip("link", "set", bridge, "up");
  await ip("address", "replace", bridgeAddress, "dev", bridge);
  await ip("address", "replace", `${nodeAddress}/32`, "dev", bridge);
  for (const range of [serviceRange, podRange]) await ip("route", "replace", range, "dev", bridge);
}

async function removeBridge(): Promise<void> {
  const { stdout } = await execa("ip", ["-json", "link", "show"]);
  const links = JSON.parse(stdout) as { ifname: string; master?: string }[];
  for (const link of links.filter(({ master }) => master === bridge)) await ip("link", "delete", link.ifname);
  // Its addresses and routes go with it.
  if (links.some(({ ifname }) => ifname === bridge)) await ip("link", "delete", bridge);
}

async function ip(...args: string[]): Promise<void> {
  await execa("ip", args);
}

function readSysctl(name: string): string | undefined {
  try {
    return readFileSync(sysctlFile(name), "utf8").trim();
  } catch {
    return undefined; // this kernel has no such setting
  }
}

async function writeSysctl(name: string, value: string): Promise<void> {
  await writeFile(sysctlFile(name), value).catch((error: Error) => {
    throw new Error(`the kernel setting ${name} cannot be set to ${value}: ${error.message}`, { cause: error });
  });
}

function sysctlFile(name: string): string {
  return `/proc/sys/${name.replaceAll(".", "/")}`;
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
