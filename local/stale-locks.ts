import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/** What the engine writes into a lock of a stack. */
interface Lock {
  pid: number;
  hostname: string;
}

/**
 * Removes the locks of engines of this machine that are no more: one that was killed leaves its lock behind, and every
 * later run would be refused. Locks of running engines stay.
 *
 * @param backend folder of the file backend.
 */
export async function removeStaleLocks(backend: string): Promise<void> {
  const folder = join(backend, ".pulumi/locks");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith(".json")) continue;
    const file = join(entry.parentPath, entry.name);
    const lock = JSON.parse(await readFile(file, "utf8")) as Lock;
    if (lock.hostname === hostname() && !isRunning(lock.pid)) await rm(file, { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
