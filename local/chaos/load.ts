import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AskError } from "../../lib/ask-error.ts";
import { attribute, type ResourceSpans } from "../../lib/planted/otlp.ts";
import { untilItWorks } from "../wait.ts";

/** A back end whose agent takes the load of a group. */
export interface Entrance {
  readonly group: string;
  readonly hand: (spans: readonly ResourceSpans[]) => Promise<void>;
}

/** What was handed to the agents of a group. */
export interface Sent {
  spans: number;
  /** Requests that an agent did not take, and that were made again. */
  again: number;
}

/** The attribute that the redaction lets through and that says which run a span is of. */
export const runKey = "correlation.id";

const spansPerTrace = 5;
/** About what the spans of the back ends take in the store. */
const filling = "SELECT id, status, price FROM orders WHERE id = ? AND status = ? ".repeat(5);

/**
 * Traces that must be kept, at a steady rate and counted: each has an error, and the sampler keeps those whatever its shares.
 */
export class Load {
  readonly run = randomUUID();
  readonly sent: ReadonlyMap<string, Sent>;
  readonly #entrances: readonly Entrance[];
  readonly #rootKind: 1 | 2;
  readonly #stop = new AbortController();

  /** @param requests whether the traces are those of requests that went wrong, which alerts are about. */
  constructor(entrances: readonly Entrance[], { requests = false } = {}) {
    this.#entrances = entrances;
    this.#rootKind = requests ? 2 : 1;
    this.sent = new Map(entrances.map(({ group }) => [group, { spans: 0, again: 0 }]));
  }

  /**
   * Sends until {@link stop}. An agent that takes nothing gets the same spans again, as SDKs do; what it is late with is not made
   * up for.
   *
   * @param rate spans per second of all groups together.
   */
  async drive(rate: number, signal: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([signal, this.#stop.signal]);
    const traces = Math.max(1, Math.round(rate / this.#entrances.length / spansPerTrace));
    await Promise.all(this.#entrances.map((entrance) => this.#driveOne(entrance, traces, { ended, signal })));
    signal.throwIfAborted();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #driveOne(
    { group, hand }: Entrance,
    traces: number,
    { ended, signal }: { ended: AbortSignal; signal: AbortSignal },
  ): Promise<void> {
    const sent = this.sent.get(group)!;
    const notTaken = (error: unknown) => {
      if (!(error instanceof AskError && error.transient)) return false;
      sent.again += 1;
      return true;
    };
    while (!ended.aborted) {
      const begin = Date.now();
      const spans = Array.from({ length: traces }, () => this.#trace(begin));
      // Also after the end: what an agent was offered must be taken, or nobody knows what was.
      await untilItWorks(() => hand(spans), { every: 1_000, signal, passing: notTaken });
      sent.spans += traces * spansPerTrace;
      await sleep(Math.max(0, begin + 1_000 - Date.now()), undefined, { signal: ended }).catch(() => undefined);
    }
  }

  #trace(now: number): ResourceSpans {
    const traceId = randomBytes(16).toString("hex");
    const ids = Array.from({ length: spansPerTrace }, () => randomBytes(8).toString("hex"));
    const spans = ids.map((spanId, at) => ({
      traceId,
      spanId,
      ...(at > 0 && { parentSpanId: ids[0] }),
      name: at === 0 ? "chaos" : "chaos part",
      kind: at === 0 ? this.#rootKind : 1,
      startTimeUnixNano: `${now}000000`,
      endTimeUnixNano: `${now + 1}000000`,
      attributes: [attribute(runKey, this.run), attribute("db.query.text", filling)],
      status: { code: 2 },
    }));
    return { resource: { attributes: [] }, scopeSpans: [{ scope: { name: "chaos" }, spans }] };
  }
}
