import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { fetchText } from "./download.ts";
import { part, partIds, type Release } from "./parts.ts";
import { pinsFile, readPins } from "./pins.ts";

const GithubRelease = z.object({ assets: z.array(z.object({ name: z.string(), digest: z.string().nullish() })) });

/** The vendor's sha256 of a release, in hex. @throws when it is not published where the table of parts says. */
async function publishedSha256(release: Release): Promise<string> {
  const name = basename(new URL(release.url).pathname);
  const sha256 = release.checksums
    ? sumFrom(await fetchText(release.checksums), name)
    : await githubDigest(release.url, name);
  if (!sha256) throw new Error(`No sha256 of ${name} is published at ${release.checksums ?? "GitHub"}.`);
  return sha256;
}

/** Reads `<sum>` or lines of `<sum>  <file>`. */
export function sumFrom(text: string, name: string): string | undefined {
  const lines = text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+\*?/));
  const line =
    lines.find(([, file]) => file === name) ?? (lines.length === 1 && lines[0]!.length === 1 ? lines[0] : undefined);
  return /^[0-9a-f]{64}$/.test(line?.[0] ?? "") ? line![0] : undefined;
}

async function githubDigest(url: string, name: string): Promise<string | undefined> {
  const [, owner, repository, , , tag] = new URL(url).pathname.split("/");
  const text = await fetchText(`https://api.github.com/repos/${owner}/${repository}/releases/tags/${tag}`);
  const asset = GithubRelease.parse(JSON.parse(text)).assets.find((candidate) => candidate.name === name);
  return asset?.digest?.match(/^sha256:([0-9a-f]{64})$/)?.[1];
}

/** `node local/toolchain/pin.ts`: fetches the published checksum of every release and writes it into releases.json. */
async function main(): Promise<void> {
  const known = readPins();
  const pins: Record<string, string> = {};
  for (const release of partIds
    .flatMap((id) => Object.values(part(id).binaries))
    .flatMap(({ release }) => release ?? [])) {
    try {
      pins[release.url] = await publishedSha256(release);
    } catch (error) {
      console.error(`${release.url}: ${(error as Error).message}`);
      process.exitCode = 1;
      if (known[release.url]) pins[release.url] = known[release.url]!;
      continue;
    }
    // A release is never changed after the fact. If its checksum is, someone must look before it is used.
    if (known[release.url] && known[release.url] !== pins[release.url]) {
      throw new Error(
        `${release.url}: pinned is ${known[release.url]}, published now is ${pins[release.url]}. Nothing was written.`,
      );
    }
  }
  const sorted = Object.fromEntries(Object.entries(pins).sort(([a], [b]) => a.localeCompare(b)));
  await writeFile(pinsFile, `${JSON.stringify(sorted, null, 2)}\n`);
  console.log(`${Object.keys(sorted).length} releases are pinned in ${pinsFile}.`);
}

if (import.meta.main) await main();
