import { request } from "node:http";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { AskError } from "../ask-error.ts";
import type { ResourceSpans } from "./otlp.ts";

/** An agent that takes spans on the loopback of its pod. */
export interface AgentReach {
  /** Name for messages. */
  name: string;
  /** Makes a connection to its OTLP/HTTP port. */
  open: () => Promise<Duplex>;
  /** Pause between two requests, milliseconds. Default 250: an agent sends on once a second, and its queue has room for thousands. */
  pauseMs?: number;
  signal?: AbortSignal;
}

/** Spans of a request: far below the queue that the agent shares with its application. */
const requestSpans = 100;
const answerMs = 20_000;

/**
 * Hands spans to an agent as an SDK does, slowly enough that the spans of its application have room.
 *
 * @throws AskError if it does not take them all.
 */
export async function handToAgent(reach: AgentReach, spans: readonly ResourceSpans[]): Promise<void> {
  for (let at = 0; at < spans.length; at += requestSpans) {
    if (at > 0) await sleep(reach.pauseMs ?? 250, undefined, { signal: reach.signal });
    await post(reach, spans.slice(at, at + requestSpans));
  }
}

async function post({ name, open, signal }: AgentReach, resourceSpans: readonly ResourceSpans[]): Promise<void> {
  const body = Buffer.from(JSON.stringify({ resourceSpans }));
  signal?.throwIfAborted();
  const stream = await open();
  try {
    const { status, says } = await new Promise<{ status: number; says: string }>((resolve, reject) => {
      const post = request(
        {
          // A stream is no socket, which is what the type wants; the client needs no more than a stream.
          createConnection: () => stream,
          method: "POST",
          path: "/v1/traces",
          headers: { host: "localhost", "content-type": "application/json", "content-length": body.length },
          signal: AbortSignal.any([AbortSignal.timeout(answerMs), ...(signal ? [signal] : [])]),
        },
        (answer) => void text(answer).then((says) => resolve({ status: answer.statusCode!, says }), reject),
      );
      post.on("error", reject);
      // Why the pod refused comes on the stream alone: before there is a request, or after.
      if (stream.errored) reject(stream.errored);
      stream.on("error", reject);
      post.end(body);
    }).catch((error: unknown) => {
      signal?.throwIfAborted();
      if (error instanceof AskError) throw error;
      throw new AskError(`The agent of ${name} does not answer: ${(error as Error).message}`, {
        transient: true,
        cause: error,
      });
    });
    const refused = status === 200 ? rejected(says) : `${status} ${says.slice(0, 200)}`;
    if (refused) throw new AskError(`The agent of ${name} did not take the spans: ${refused}`, { transient: true });
  } finally {
    stream.destroy();
  }
}

/** What an agent says that took only a part, or is none. */
function rejected(says: string): string | undefined {
  try {
    const { partialSuccess } = JSON.parse(says) as {
      partialSuccess?: { rejectedSpans?: string; errorMessage?: string };
    };
    const { rejectedSpans = "0", errorMessage } = partialSuccess ?? {};
    return Number(rejectedSpans) > 0 ? `${rejectedSpans} of them were rejected: ${errorMessage}` : undefined;
  } catch {
    return "the answer is not OTLP's. What else listens there?";
  }
}
