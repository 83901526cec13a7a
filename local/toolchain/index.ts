import { basename, join } from "node:path";
import { existsSync } from "node:fs";
import { ensurePart, partFolder } from "./build.ts";
import { interruptible } from "./interrupt.ts";
import { inLine, isPresent, startJob } from "./jobs.ts";
import { part, partOf, type BinaryName, type Part, type PartId } from "./parts.ts";
import { showJobs } from "./progress.ts";

export { clusterPackages, ensureDebianPackages, imagePackages } from "./debian.ts";
export { goProblem } from "./go.ts";
export { Interrupted } from "./interrupt.ts";
export { partIds, type BinaryName, type PartId } from "./parts.ts";
export { checkToolchainPrerequisites } from "./prerequisites.ts";

/** How a caller takes part in the work. */
export interface Options {
  /**
   * Ends the work when it is aborted. Without it, SIGINT and SIGTERM end the work cleanly, and then the process as they would
   * have done otherwise.
   */
  readonly signal?: AbortSignal;
}

/**
 * Sees to it that the parts are in the cache: takes their releases or builds them, one after the other, and shows progress. A
 * part that another call or another process is at already is waited for.
 *
 * @throws on the first part that cannot be made, with the reason; {@link Interrupted} on a signal.
 */
export async function ensureParts(ids: readonly PartId[], options: Options = {}): Promise<void> {
  const missing = ids.filter((id) => !isPresent(id));
  if (missing.length === 0) return;
  await withSignal(options, (signal) => showJobs(missing, (id) => startJob(id, signal)));
}

/** Parts that are being made while something else runs. */
export interface BackgroundBuild {
  /**
   * Waits for the parts that are not done yet, with progress.
   *
   * @throws the first failure, whenever it came.
   */
  finished(): Promise<void>;
}

/**
 * Starts to make parts that the next step does not need yet, in the order given and without output. Failures are kept for
 * `finished`. {@link ensureParts} joins parts that are under way, and comes in between two of them for others.
 */
export function buildInBackground(ids: readonly PartId[], options: Options = {}): BackgroundBuild {
  const missing = ids.filter((id) => !isPresent(id));
  const failures = new Map<PartId, unknown>();
  const pending = new Set(missing);
  const all = withSignal(options, async (signal) => {
    for (const id of missing) {
      signal.throwIfAborted();
      await startJob(id, signal).done.catch((error: unknown) => failures.set(id, error));
      pending.delete(id);
    }
  });
  all.catch(() => {});
  return {
    async finished() {
      throwFirst(failures);
      const open = missing.filter((id) => pending.has(id));
      if (open.length > 0) await ensureParts(open, options);
      await all;
      throwFirst(failures);
    },
  };
}

function throwFirst(failures: ReadonlyMap<PartId, unknown>): void {
  for (const failure of failures.values()) throw failure;
}

/**
 * Path of a binary in the cache.
 *
 * @throws when its part has not been made yet.
 */
export function binary(name: BinaryName): string {
  const id = partOf(name);
  const path = join(partFolder(id, part(id)), name);
  if (!existsSync(path))
    throw new Error(`${name} is not in the cache: run \`node local/toolchain/main.ts ${id}\` first.`);
  return path;
}

/** A Go module outside the table of parts. */
export interface GoModule {
  /** Folder of the module, with go.mod and go.sum; every file in it counts for the cache. */
  readonly dir: string;
  /** Import paths of the packages to build; `.` for the module's own. */
  readonly packages: readonly string[];
  readonly tags?: readonly string[];
  /** `-X` values of the linker. */
  readonly stamps?: Readonly<Record<string, string>>;
  /** Name in the cache and in messages; of the binary too, if there is only one package. */
  readonly name: string;
}

/**
 * Builds a Go module with the toolchain's cache, lock and flags.
 *
 * @returns path of each binary by its name: the module's `name` for a single package, else the last element of the import path.
 */
export async function buildGoModule(module: GoModule, options: Options = {}): Promise<Record<string, string>> {
  const nameOf = (path: string) => (module.packages.length === 1 ? module.name : basename(path));
  const recipe: Part = {
    version: "source",
    module: module.dir,
    tags: module.tags,
    stamps: module.stamps,
    binaries: Object.fromEntries(module.packages.map((path) => [nameOf(path), { package: path }])),
  };
  const report = { status: () => {}, warn: (text: string) => console.warn(text) };
  const folder = await withSignal(options, (signal) =>
    inLine(() => ensurePart(`module-${module.name}`, recipe, signal, report)),
  );
  return Object.fromEntries(Object.keys(recipe.binaries).map((name) => [name, join(folder, name)]));
}

const withSignal = <T>(options: Options, action: (signal: AbortSignal) => Promise<T>): Promise<T> =>
  options.signal ? action(options.signal) : interruptible(action);
