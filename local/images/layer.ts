import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { readdir, readFile, readlink, lstat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";

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
  const sorted = withFolders(entries).sort((a, b) => (a.path < b.path ? -1 : 1));
  const hash = createHash("sha256");
  for (const entry of sorted) {
    const { file, ...rest } = entry;
    hash.update(JSON.stringify(rest));
    if (file !== undefined) await pipeline(createReadStream(file), hash, { end: false });
  }
  return { key: hash.digest("hex"), build: (target) => writeTar(sorted, target) };
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

async function writeTar(entries: readonly Entry[], target: string): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(target));
  for (const { path, content, file, link, mode, owner = [0, 0] } of entries) {
    const header = { name: path, mtime: new Date(0), uid: owner[0], gid: owner[1] };
    if (link !== undefined) tar.entry({ ...header, type: "symlink", linkname: link, mode: 0o777 });
    else if (content !== undefined) tar.entry({ ...header, mode: mode ?? 0o644 }, content);
    else if (file === undefined) tar.entry({ ...header, type: "directory", mode: mode ?? 0o755 });
    else {
      const { size } = await lstat(file);
      await pipeline(createReadStream(file), tar.entry({ ...header, mode: mode ?? 0o644, size }));
    }
  }
  tar.finalize();
  await written;
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
  const entries = await treeEntries(directory, "", { keep });
  const hash = createHash("sha256");
  for (const { path, file, link } of entries.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${path}\0${link ?? ""}\0`);
    if (file !== undefined) hash.update(await readFile(file));
  }
  return hash.digest("hex");
}
