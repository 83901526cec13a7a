import { setTimeout } from "node:timers/promises";

/** The run was ended by a signal, after it had cleaned up. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  constructor(signal: NodeJS.Signals) {
    super(`Interrupted by ${signal}. What was finished is kept; run it again to go on.`);
  }
}

/**
 * Runs something that needs to clean up on Ctrl-C: the signal that it gets is aborted by SIGINT and SIGTERM. When it has ended,
 * the process ends as it would have without this.
 */
export async function interruptible<T>(action: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const stop = (signal: NodeJS.Signals) => {
    received ??= signal;
    controller.abort(new Interrupted(signal));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  try {
    return await action(controller.signal);
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
    if (received) {
      process.kill(process.pid, received);
      // Where a library listens for signals too, this one is taken in a later turn of the event loop: do not go on before it.
      await setTimeout(100);
    }
  }
}
