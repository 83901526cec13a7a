import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import lockfile from "proper-lockfile";
import { waitFor } from "../wait.ts";

/** What {@link ensureEntry} makes, and how. */
export interface Entry {
  /** Folder of all entries of one kind; made when missing. */
  readonly folder: string;
  /** Name of the entry: a hash of all that determines its content. */
  readonly hash: string;
  /** Fills `staging`; must stop soon after the signal is aborted. A failure leaves nothing behind. */
  make(staging: string, signal: AbortSignal): Promise<void>;
  /** Called when another process is making an entry in this folder; its result is waited for, and used if it is this one. */
  waiting?(): void;
}

const stagingPrefix = ".staging-";

/** Path of an entry, whether it is there or not. */
export const entryPath = (entry: Pick<Entry, "folder" | "hash">): string => join(entry.folder, entry.hash);

/**
 * Returns the path of the entry, after making it if it is missing. An entry appears whole (it is renamed into place) or
 * not at all, and is made by one process at a time.
 *
 * @throws what `make` throws, and the signal's reason when it is aborted.
 */
export async function ensureEntry(entry: Entry, signal: AbortSignal): Promise<string> {
  const path = entryPath(entry);
  if (existsSync(path)) return path;
  await mkdir(entry.folder, { recursive: true });

  const lost = new AbortController();
  const release = await lock(entry, signal, lost);
  try {
    if (existsSync(path)) return path;
    await removeLeftovers(entry.folder);
    const staging = await mkdtemp(join(entry.folder, stagingPrefix));
    try {
      const either = AbortSignal.any([signal, lost.signal]);
      await entry.make(staging, either);
      either.throwIfAborted();
      await chmod(staging, 0o755);
      await rename(staging, path);
    } catch (error) {
      await rm(staging, { recursive: true, force: true });
      throw error;
    }
    return path;
  } finally {
    if (!lost.signal.aborted) await release();
  }
}

/** Only the holder of the lock stages anything, so whatever lies there is of a run that was killed. */
async function removeLeftovers(folder: string): Promise<void> {
  const leftovers = (await readdir(folder)).filter((name) => name.startsWith(stagingPrefix));
  await Promise.all(leftovers.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

async function lock(entry: Entry, signal: AbortSignal, lost: AbortController): Promise<() => Promise<void>> {
  const options: lockfile.LockOptions = {
    lockfilePath: join(entry.folder, ".lock"),
    // The lock of a killed run is taken over after this time without a sign of life.
    stale: 20_000,
    onCompromised: (cause) =>
      lost.abort(
        new Error(
          `The lock in ${entry.folder} was lost (was the machine asleep, or the folder removed?): run it again.`,
          { cause },
        ),
      ),
  };
  // The library's own retries can neither be aborted nor told that only a held lock is worth waiting for.
  let told = false;
  const attempt = async () => {
    try {
      return await lockfile.lock(entry.folder, options);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
      if (!told) entry.waiting?.();
      told = true;
      return undefined;
    }
  };
  return waitFor(attempt, { signal });
}
