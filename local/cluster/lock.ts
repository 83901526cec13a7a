import { readFile, rm, writeFile } from "node:fs/promises";
import { lock } from "proper-lockfile";

/** The machine's, not the checkout's: two checkouts would fight for the same cluster. A reboot frees it. */
const file = "/run/order-tracing.lock";
const owner = "/run/order-tracing.owner";

/**
 * Runs `work` while nobody else on this machine starts, stops or removes the local environment.
 *
 * @param what the command, to tell others
 * @throws if someone else is at it; the message says who and since when
 */
export async function exclusively<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  // It is refreshed every 10 s; one of a process that was killed is free again after 20 s.
  const options = { lockfilePath: file, realpath: false, stale: 20_000, update: 10_000 };
  const release = await lock(file, options).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ELOCKED") throw error;
    const holder = await readFile(owner, "utf8").catch(() => "someone");
    throw new Error(`the local environment is in use by ${holder.trim()}: wait for its end, or end it`, {
      cause: error,
    });
  });
  try {
    await writeFile(owner, `"${what}" (pid ${process.pid}, since ${new Date().toISOString()}, in ${process.cwd()})\n`);
    return await work();
  } finally {
    await rm(owner, { force: true });
    await release();
  }
}
