import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { readdir, readlink, lstat } from "node:fs/promises";
import { join } from "node:path";
import { addFile, hashFile, noTime, writeTar } from "./tar.ts";

/** One file, link or folder of a layer. */
export interface Entry {
  /** Path in the image, without a leading slash. */
  path: string;
  /** Text, a file of this machine, the target of a link; none of them: a folder. */
  content?: string;
  file?: string;
  link?: string;
  /** Permissions. Default 0755 for folders, else 0644. */
  mode?: number;
  /** Owner, user and group. Default 0, 0. */
  owner?: readonly [uid: number, gid: number];
}

/** A layer of an image: what it is made of, and how. */
export interface Layer {
  /** Changes when the layer would: decides whether it is built again. */
  key: string;
  /** Writes the layer's tar to a file. */
  build(file: string, signal?: AbortSignal): Promise<void>;
}

/** Same entries, same bytes: sorted, without the times and owners of this machine. */
export async function filesLayer(entries: readonly Entry[]): Promise<Layer> {
  const sorted = withFolders(entries).sort(byPath);
  return { key: await hashEntries(sorted), build: (target) => build(sorted, target) };
}

/** Adds the folders above each entry that are not named themselves. */
function withFolders(entries: readonly Entry[]): Entry[] {
  const named = new Set(entries.map(({ path }) => path));
  const folders = new Set(
    entries.flatMap(({ path }) => {
      const parts = path.split("/").slice(0, -1);
      return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
    }),
  );
  return [...entries, ...[...folders].filter((path) => !named.has(path)).map((path) => ({ path }))];
}

const byPath = (a: Entry, b: Entry) => (a.path < b.path ? -1 : 1);

/** Hash of all that entries say, with the content of files in place of where they are on this machine. */
async function hashEntries(sorted: readonly Entry[]): Promise<string> {
  const described = [];
  for (const entry of sorted) described.push({ ...entry, ...(entry.file && { file: await hashFile(entry.file) }) });
  return createHash("sha256").update(JSON.stringify(described)).digest("hex");
}

function build(entries: readonly Entry[], target: string): Promise<void> {
  return writeTar(createWriteStream(target), async (tar) => {
    for (const { path, content, file, link, mode, owner = [0, 0] } of entries) {
      const header = { name: path, mtime: noTime, uid: owner[0], gid: owner[1] };
      if (link !== undefined) tar.entry({ ...header, type: "symlink", linkname: link, mode: 0o777 });
      else if (content !== undefined) tar.entry({ ...header, mode: mode ?? 0o644 }, content);
      else if (file !== undefined) await addFile(tar, { ...header, mode: mode ?? 0o644 }, file);
      else tar.entry({ ...header, type: "directory", mode: mode ?? 0o755 });
    }
  });
}

/**
 * The files of a folder of this machine, as entries below `path`. Whether a file may be executed is kept, other
 * permissions are not.
 *
 * @param keep says which paths (relative to the folder) belong to it. Default: all.
 */
export async function treeEntries(
  directory: string,
  path: string,
  { owner, keep = () => true }: { owner?: Entry["owner"]; keep?: (path: string) => boolean } = {},
): Promise<Entry[]> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  const entries = await Promise.all(
    found.map(async (item): Promise<Entry[]> => {
      const source = join(item.parentPath, item.name);
      const relative = source.slice(directory.length + 1);
      if (!keep(relative)) return [];
      const entry = { path: `${path}/${relative}`, ...(owner && { owner }) };
      if (item.isDirectory()) return [entry];
      if (item.isSymbolicLink()) return [{ ...entry, link: await readlink(source) }];
      const executable = ((await lstat(source)).mode & 0o111) !== 0;
      return [{ ...entry, file: source, mode: executable ? 0o755 : 0o644 }];
    }),
  );
  return entries.flat();
}

/** Hash of the files of a folder that `keep` lets through: the key of what is built from them. */
export async function hashTree(directory: string, keep: (path: string) => boolean = () => true): Promise<string> {
  return hashEntries((await treeEntries(directory, "", { keep })).sort(byPath));
}
