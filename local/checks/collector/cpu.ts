import { readFile } from "node:fs/promises";

/** CPU seconds that a process has used, user and system. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  // The kernel counts in hundredths of a second for programs, whatever its own clock.
  return (Number(user) + Number(system)) / 100;
}
