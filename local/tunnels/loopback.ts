/** A loopback address of a process's own: 127.64.0.0/10 has one for each of the 2^22 ids that Linux has at most. */
export function ownLoopback(pid: number): string {
  return `127.${64 | (pid >> 16)}.${(pid >> 8) & 255}.${pid & 255}`;
}
