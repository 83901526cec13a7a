import { join } from "node:path";
import { execa } from "execa";
import { stateDir } from "../paths.ts";
import { waitFor } from "../wait.ts";
import { containerdNamespace, containerdSocket, pauseImage, volatileDir } from "./settings.ts";

/** Folders that are ours alone: a distribution's containerd on the same machine is not touched. */
const containerdRoot = join(stateDir, "containerd");
const containerdState = join(volatileDir, "containerd");
export const cniConfigDir = join(stateDir, "cni", "net.d");

/** Configuration of containerd 1.6. */
export function containerdConfig(): string {
  return `version = 2
root = "${containerdRoot}"
state = "${containerdState}"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]

[grpc]
  address = "${containerdSocket}"

[plugins."io.containerd.internal.v1.opt"]
  path = "${join(stateDir, "opt")}"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  # Root in a container or a small virtual machine may not lower the OOM score; every sandbox would die of it.
  restrict_oom_score_adj = true
  # Else network namespaces land in /run/netns, where nobody could tell whose they are.
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${cniConfigDir}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        Root = "${join(volatileDir, "runc")}"
        SystemdCgroup = false
`;
}

/** Runs `ctr` against the cluster's containerd and returns its output. */
export async function ctr(...args: string[]): Promise<string> {
  const { stdout } = await execa("ctr", ["--address", containerdSocket, "--namespace", containerdNamespace, ...args]);
  return stdout;
}

/**
 * Ends all containers as a node that shuts down does: SIGTERM to each, SIGKILL to those that are still there after
 * `grace` seconds, the pods' sandboxes last. The kubelet must not run, or it starts them again.
 */
export async function stopContainers(grace: number): Promise<void> {
  const sandboxes = new Set(
    (await ctr("containers", "list", `labels."io.cri-containerd.kind"==sandbox`, "--quiet")).split("\n"),
  );
  const running = async () => (await ctr("tasks", "list", "--quiet")).split("\n").filter((id) => id !== "");
  const containers = async () => (await running()).filter((id) => !sandboxes.has(id));
  const none = (left: () => Promise<string[]>, seconds: number) =>
    waitFor(async () => (await left()).length === 0, { limit: seconds * 1000 });
  await signal(await containers(), "SIGTERM");
  await none(containers, grace);
  await signal(await containers(), "SIGKILL");
  await none(containers, 10);
  await signal(await running(), "SIGKILL");
  await none(running, 10);
}

async function signal(ids: readonly string[], name: string): Promise<void> {
  // One that has ended in the meantime is what we want.
  await Promise.all(ids.map((id) => ctr("tasks", "kill", "--signal", name, id).catch(() => undefined)));
}
