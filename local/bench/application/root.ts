import { chmod, chown, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { PreparedImage } from "./images.ts";
import { inRoot } from "./in-root.ts";

/** Names that all programs know, with their addresses. */
export type Hosts = Readonly<Record<string, string>>;

/** Makes root file systems of images, as a node does: layers are unpacked once, and what is written stays apart. */
export interface Roots {
  /** @returns the folder of a new root. */
  open(image: PreparedImage): Promise<string>;
  /** Mounts a new empty folder of a user, as a volume: what the image has there is not seen. */
  volume(root: string, path: string, uid: number): Promise<void>;
}

/**
 * For a process with mounts of its own: they go with it.
 *
 * @param folder for all files; the caller removes it.
 */
export function rootsIn(folder: string, hosts: Hosts): Roots {
  const unpacked = new Map<string, Promise<string>>();
  const unpack = async (layer: string) => {
    const target = await mkdtemp(join(folder, "layer-"));
    // As the archive has it, this folder included: the root of the file system must be everybody's to read.
    await execa("tar", ["--extract", "--numeric-owner", `--file=${layer}`, `--directory=${target}`]);
    await chmod(target, 0o755);
    return target;
  };
  const once = (layer: string) => {
    const known = unpacked.get(layer) ?? unpack(layer);
    unpacked.set(layer, known);
    return known;
  };
  return {
    async open({ layers }) {
      const lower: string[] = [];
      for (const layer of layers) lower.unshift(await once(layer));
      const own = await mkdtemp(join(folder, "root-"));
      const [upper, work, root] = ["upper", "work", "root"].map((name) => join(own, name)) as [string, string, string];
      for (const path of [upper, work, root]) await mkdir(path);
      const options = `lowerdir=${lower.join(":")},upperdir=${upper},workdir=${work}`;
      await execa("mount", ["-t", "overlay", "overlay", "-o", options, root]);
      for (const name of ["dev", "etc", "proc", "tmp"]) await mkdir(join(root, name), { recursive: true });
      await chmod(join(root, "tmp"), 0o1777);
      await execa("mount", ["--rbind", "/dev", join(root, "dev")]);
      await execa("mount", ["-t", "proc", "proc", join(root, "proc")]);
      const lines = Object.entries(hosts).map(([name, address]) => `${address} ${name}\n`);
      await writeFile(join(root, "etc/hosts"), lines.join(""));
      return root;
    },
    async volume(root, path, uid) {
      const source = await mkdtemp(join(folder, "volume-"));
      await chown(source, uid, uid);
      await mountInto(root, path, source);
    },
  };
}

/** Shows a folder of this machine in a root, too. */
export async function mountInto(root: string, path: string, source: string): Promise<void> {
  await execa("mount", ["--bind", source, await makeFolder(root, path)]);
}

/** Makes a folder in a root. @returns where it is on this machine. */
export async function makeFolder(root: string, path: string): Promise<string> {
  const folder = await inRoot(root, path);
  await mkdir(folder, { recursive: true });
  return folder;
}
