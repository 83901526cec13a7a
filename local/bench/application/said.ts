/** What the kernel and programs say of themselves, read. */

/** The most memory that a process has had. @param status content of /proc/<pid>/status. */
export function peakMibOf(status: string): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  if (kibibytes === undefined) throw new Error(`/proc does not say how much memory the program has had:\n${status}`);
  return Number(kibibytes) / 1_024;
}

/** Spans that have come. @param log JSON lines of the debug exporter. */
export function spansIn(log: string): number {
  return [...log.matchAll(/"spans":(\d+)/g)].reduce((sum, [, spans]) => sum + Number(spans), 0);
}
