/** Milliseconds of one tick: the kernel tells programs 100 of them a second, whatever its own clock is. */
const tickMs = 10;

/**
 * CPU that was used, or taken away, since the machine's start, milliseconds. `os.cpus()` leaves out what the host of a virtual
 * machine gives to others, which is what makes its clock late.
 *
 * @param stat content of /proc/stat.
 */
export function busyMs(stat: string): number {
  const [, text] = /^cpu +(.+)$/m.exec(stat) ?? [];
  if (text === undefined) throw new Error(`/proc/stat does not say what the machine has used:\n${stat}`);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = text.split(" ").map(Number);
  return (user + nice + system + irq + softirq + steal) * tickMs;
}
