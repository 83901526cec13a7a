import { setTimeout as sleep } from "node:timers/promises";
import { dueAt, type Step } from "./orders.ts";

export interface Load {
  /** Requests and messages a second. */
  readonly rate: number;
  /** How long is measured, after the time to warm up. */
  readonly seconds: number;
  /** Before the first order has come to its end, not all steps take turns; and a virtual machine compiles what it is asked. */
  readonly warmSeconds?: number;
  /** An order rests so long between two of its steps. By default more than the calculation of a price takes. */
  readonly restSeconds?: number;
}

/** What became of the requests that were measured. */
export interface Driven {
  /** Requests and messages. */
  readonly requests: number;
  /** Of the requests that were answered as they had to be, milliseconds. */
  readonly latencyMs: readonly number[];
  /** Why others were not, also of the time to warm up. */
  readonly failures: readonly string[];
  /** All that was sent, also to warm up. */
  readonly sent: number;
}

/**
 * Sends at an even rate, whether answers come or not: a program that falls behind is seen by its latency.
 *
 * @param measure what to do when all is warm.
 */
export async function drive(
  steps: readonly Step[],
  { rate, seconds, warmSeconds = 15, restSeconds = 2 }: Load,
  measure: () => Promise<void>,
  signal: AbortSignal,
): Promise<Driven> {
  const warm = Math.round(warmSeconds * rate);
  const all = warm + Math.round(seconds * rate);
  const rest = Math.ceil((restSeconds * rate) / steps.length);
  const latencyMs: number[] = [];
  const failures: string[] = [];
  const under: Promise<void>[] = [];
  let sent = 0;
  let requests = 0;
  const run = async ({ name, answered, run }: Step, order: number, measured: boolean) => {
    const begin = performance.now();
    try {
      await run(order);
      if (answered && measured) latencyMs.push(performance.now() - begin);
    } catch (error) {
      signal.throwIfAborted();
      failures.push(`${name}: ${(error as Error).message}`);
    }
  };
  const begin = performance.now();
  for (let tick = 0; tick < all; tick++) {
    await sleep(Math.max(0, begin + (tick * 1_000) / rate - performance.now()), undefined, { signal });
    if (tick === warm) await measure();
    const due = dueAt(tick, steps.length, rest);
    if (!due) continue;
    sent++;
    if (tick >= warm) requests++;
    under.push(run(steps[due.step]!, due.order, tick >= warm));
  }
  await Promise.all(under);
  return { requests, latencyMs, failures, sent };
}
