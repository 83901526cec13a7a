import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../paths.ts";
import { generateCollector } from "./collector.ts";
import { download, reachable } from "./download.ts";
import { goBuild, goProblem, goVersion, type Workplace } from "./go.ts";
import type { Part } from "./parts.ts";
import { pinned } from "./pins.ts";
import { ldflags, recipeHash } from "./recipe.ts";
import { ensureEntry, entryPath } from "./store.ts";

/** Where a build reports to. */
export interface Report {
  /** What is being done now; `detail` is what changes many times a second. */
  status(text: string, detail?: string): void;
  /** What the user should know afterwards. */
  warn(text: string): void;
}

const folderOf = (name: string): string => join(cacheDir, "toolchain", name);

/** Folder that holds the part's binaries, once they are made. */
export const partFolder = (name: string, part: Part): string =>
  entryPath({ folder: folderOf(name), hash: recipeHash(part) });

/** Gets or builds the part unless it is in the cache. @returns the folder with its binaries. */
export function ensurePart(name: string, part: Part, signal: AbortSignal, report: Report): Promise<string> {
  return ensureEntry(
    {
      folder: folderOf(name),
      hash: recipeHash(part),
      waiting: () => report.status("another run is at it: waiting for its result"),
      make: (staging, either) => make(name, part, staging, either, report),
    },
    signal,
  );
}

async function make(name: string, part: Part, staging: string, signal: AbortSignal, report: Report): Promise<void> {
  const origins: Record<string, string> = {};
  for (const [binary, { release }] of Object.entries(part.binaries)) {
    const sha256 = pinned(release);
    if (!release || !sha256 || !(await reachable(release.url))) continue;
    report.status(`downloading ${binary}`);
    try {
      await download(release, sha256, join(staging, binary), signal);
      origins[binary] = release.url;
    } catch (error) {
      signal.throwIfAborted();
      report.warn(`${name}: the release of ${binary} is not used, it is built instead. ${(error as Error).message}`);
    }
  }

  const missing = Object.entries(part.binaries).filter(([binary]) => !(binary in origins));
  if (missing.length > 0) {
    const scratch = join(staging, ".scratch");
    await mkdir(scratch);
    const log = join(folderOf(name), "build.log");
    await writeFile(log, "");
    const binaries = missing.map(([binary]) => binary);
    await compile({ part, binaries, staging, report }, { scratch, log, signal });
    await rm(scratch, { recursive: true });
  }
  for (const [binary] of missing) origins[binary] = `built by ${goVersion(part.module)}`;
  await writeFile(join(staging, "origin.json"), JSON.stringify({ version: part.version, ...origins }, null, 2));
}

interface Compilation {
  readonly part: Part;
  /** Those of the part that are to be built. */
  readonly binaries: readonly string[];
  /** Folder that they go to. */
  readonly staging: string;
  readonly report: Report;
}

async function compile({ part, binaries, staging, report }: Compilation, place: Workplace): Promise<void> {
  const problem = await goProblem(part.module);
  if (problem) throw new Error(problem);
  let { module } = part;
  if (part.collectorBuilder) {
    report.status("generating source");
    module = await generateCollector(part.module, part.collectorBuilder, place);
  }
  const what = `building ${binaries.join(", ")}`;
  report.status(what);
  await goBuild(
    {
      module,
      packages: binaries.map((binary) => part.binaries[binary]!.package),
      tags: part.tags,
      ldflags: ldflags(part.stamps),
      output: binaries.length === 1 ? join(staging, binaries[0]!) : staging,
    },
    place,
    (count) => report.status(what, `${count} packages`),
  );
}
