import { randomUUID } from "node:crypto";
import { mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waitFor } from "../../wait.ts";

/** A control group: what is started in it stays in it, and is counted after its end as well. */
export interface Cgroup {
  /** Who writes its own process id there enters, with all that it starts from then on. */
  readonly entrance: string;
  /** CPU that its processes have used so far, user and system, milliseconds. */
  cpuMs(): Promise<number>;
  /** Waits until its processes have ended by themselves, but not for long. */
  settled(): Promise<void>;
  /** Kills what is still in it, and removes it. */
  close(): Promise<void>;
}

/** Plugins end when the engine is gone. */
const graceMs = 5_000;

/** @throws Error if the machine has no control groups of version 2, or they may not be made. */
export async function openCgroup(): Promise<Cgroup> {
  const folder = join(cgroupRoot(await readFile("/proc/mounts", "utf8")), `order-tracing-bench-${randomUUID()}`);
  await mkdir(folder);
  const file = (name: string) => readFile(join(folder, name), "utf8");
  const empty = async () => !/^populated 1$/m.test(await file("cgroup.events"));
  return {
    entrance: join(folder, "cgroup.procs"),
    cpuMs: async () => usedMs(await file("cpu.stat")),
    settled: async () => void (await waitFor(empty, { limit: graceMs, every: 20 })),
    async close() {
      await writeFile(join(folder, "cgroup.kill"), "1");
      await waitFor(empty, { every: 20 });
      await rmdir(folder);
    },
  };
}

/**
 * Where control groups of version 2 are: alone, or beside those of version 1. No controller is needed to have CPU counted.
 *
 * @param mounts content of /proc/mounts.
 * @throws Error if there are none.
 */
export function cgroupRoot(mounts: string): string {
  const [, root] =
    mounts
      .split("\n")
      .map((line) => line.split(" "))
      .find(([, , type]) => type === "cgroup2") ?? [];
  if (root === undefined) throw new Error("There is no mount of cgroup2 in /proc/mounts, and nothing else counts CPU.");
  return root;
}

/** @param stat content of cpu.stat. */
export function usedMs(stat: string): number {
  const [, microseconds] = /^usage_usec (\d+)$/m.exec(stat) ?? [];
  if (microseconds === undefined) throw new Error(`cpu.stat does not say what was used:\n${stat}`);
  return Number(microseconds) / 1_000;
}
