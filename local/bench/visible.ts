import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "../../config/landscape.ts";
import { AskError } from "../../lib/ask-error.ts";
import { portForward } from "../../lib/port-forward.ts";
import { connect } from "../landscape/kubernetes/client.ts";
import { openTraces } from "../landscape/vault/open-store.ts";
import { readStack } from "../../config/stack-file.ts";

/** Port and path of the back ends of the local landscape that ask nobody for anything. */
const port = 8080;
const path = "/health/liveness";

const requestsOfEach = 20;
const pauseMs = 400;
/** How exact the times are, milliseconds. */
const lookMs = 250;
const limitMs = 60_000;

/** When a request was answered, and when its span was found, milliseconds since 1970. */
interface Seen {
  readonly service: string;
  readonly ended: number;
  found?: number;
}

/**
 * Asks the real back ends, and looks into the store until the span of each request is found: what the SDK waits is in it. The
 * SDKs take the trace's id from the caller.
 *
 * @returns milliseconds from the end of a request to its span's being found, by service.
 * @throws AskError if one is not found in time.
 */
export async function visibleAfter(signal: AbortSignal): Promise<ReadonlyMap<string, readonly number[]>> {
  const kubernetes = connect();
  const { services } = readStack("local").landscape;
  await using store = await openTraces(kubernetes, signal);
  const seen = new Map<string, Seen>();
  const look = async () => {
    const open = [...seen].flatMap(([id, { found }]) => (found === undefined ? [id] : []));
    if (open.length === 0) return;
    for await (const page of store.pages({ terms: { traceID: open } }, { fields: ["traceID"] })) {
      for (const { source } of page) seen.get(source["traceID"] as string)!.found ??= Date.now();
    }
  };
  const sending = (async () => {
    for (let round = 0; round < requestsOfEach; round++) {
      for (const { id, namespace, workload, deployment } of services) {
        const trace = randomBytes(16).toString("hex");
        await call(
          await portForward(kubernetes.config, { namespace, kind: workload, name: deployment, port }),
          trace,
          signal,
        );
        seen.set(trace, { service: id, ended: Date.now() });
        await sleep(pauseMs, undefined, { signal });
      }
    }
  })();
  let sent = false;
  const deadline = Date.now() + limitMs + requestsOfEach * services.length * pauseMs * 3;
  void sending.then(
    () => (sent = true),
    () => (sent = true),
  );
  while (!sent || [...seen.values()].some(({ found }) => found === undefined)) {
    if (Date.now() > deadline) throw new AskError("Spans of requests that were answered are not in the store.");
    await Promise.all([look(), sleep(lookMs, undefined, { signal })]);
  }
  await sending;
  return new Map(services.map(({ id }) => [id, timesOf(id, [...seen.values()])]));
}

const timesOf = (id: Service["id"], all: readonly Seen[]) =>
  all.filter(({ service }) => service === id).map(({ ended, found }) => found! - ended);

/** A value that so many percent are not above. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? NaN;
}

async function call(
  stream: Awaited<ReturnType<typeof portForward>>,
  trace: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(
        {
          createConnection: () => stream,
          path,
          headers: { host: "localhost", traceparent: `00-${trace}-${randomBytes(8).toString("hex")}-01` },
          signal,
        },
        (answer) => answer.resume().once("end", () => resolve(answer.statusCode)),
      )
        .once("error", reject)
        .end();
    });
    if (status !== 200) throw new AskError(`${path} answered ${status}.`);
  } finally {
    stream.destroy();
  }
}
