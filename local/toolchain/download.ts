import { createHash } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as tar from "tar";
import { EnvHttpProxyAgent, fetch } from "undici";
import yauzl from "yauzl";
import type { Release } from "./parts.ts";

/** Follows HTTP_PROXY, HTTPS_PROXY and NO_PROXY, as the Go tool does. */
const dispatcher = new EnvHttpProxyAgent();

const reachableHosts = new Map<string, Promise<boolean>>();

/** Whether the host of `url` answers at all. Asked once per host, for at most three seconds. */
export function reachable(url: string): Promise<boolean> {
  const { origin } = new URL(url);
  const known = reachableHosts.get(origin);
  if (known) return known;
  const answer = fetch(origin, {
    method: "HEAD",
    redirect: "manual",
    dispatcher,
    signal: AbortSignal.timeout(3_000),
  }).then(
    () => true,
    () => false,
  );
  reachableHosts.set(origin, answer);
  return answer;
}

/** Text at `url`, at most a checksum file. @throws when it cannot be had. */
export async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { dispatcher, signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new Error(`${url} answers ${response.status} ${response.statusText}.`);
  return await response.text();
}

/**
 * Downloads a release and puts its binary at `target`.
 *
 * @throws when it cannot be had, when its sha256 is not the pinned one (nothing is unpacked then), or when the archive has no
 * such member. `target` does not exist then.
 */
export async function download(release: Release, sha256: string, target: string, signal: AbortSignal): Promise<void> {
  const scratch = await mkdtemp(join(dirname(target), ".download-"));
  try {
    const file = join(scratch, "release");
    const actual = await save(release.url, file, signal);
    if (actual !== sha256) throw new Error(`${release.url} has the sha256 ${actual}, pinned is ${sha256}: refused.`);
    const binary = release.member === undefined ? file : await unpack(release.url, file, release.member, scratch);
    await chmod(binary, 0o755);
    await rename(binary, target);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** @returns the sha256 of what was written, in hex. */
async function save(url: string, file: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { dispatcher, signal });
  if (!response.ok || !response.body) throw new Error(`${url} answers ${response.status} ${response.statusText}.`);
  const hash = createHash("sha256");
  const hashed = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(Readable.fromWeb(response.body), hashed, createWriteStream(file), { signal });
  return hash.digest("hex");
}

async function unpack(url: string, file: string, member: string, folder: string): Promise<string> {
  const binary = join(folder, "member", basename(member));
  await mkdir(dirname(binary));
  await (url.endsWith(".zip") ? unzip(file, member, binary) : untar(file, member, binary));
  if (!existsSync(binary)) throw new Error(`${url} has no member ${member}.`);
  return binary;
}

async function untar(file: string, member: string, binary: string): Promise<void> {
  const cwd = dirname(binary);
  await tar.extract({
    file,
    cwd,
    strip: member.split("/").length - 1,
    filter: (path) => path.replace(/^\.\//, "") === member,
  });
}

async function unzip(file: string, member: string, binary: string): Promise<void> {
  const zip = await yauzl.openPromise(file);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName === member) await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(binary));
    }
  } finally {
    zip.close();
  }
}
