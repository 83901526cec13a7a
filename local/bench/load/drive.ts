import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import { disguised, newDisguise, type Recorded, type RecordedRequest } from "./recording.ts";

/** Where the SDK of each back end would send: the address of an OTLP receiver for HTTP. */
export type Entrances = Readonly<Record<Recorded, string>>;

/**
 * Sends copies of the recording, evenly spread over time.
 *
 * @param rate spans a second of all back ends together.
 * @param copies how often the whole recording is sent.
 * @returns spans that were sent, all of which were taken.
 * @throws if one is refused: what is measured then would be another thing.
 */
export async function drive(
  recording: readonly RecordedRequest[],
  entrances: Entrances,
  { rate, copies, signal }: { rate: number; copies: number; signal: AbortSignal },
): Promise<number> {
  const all = recording.reduce((sum, { spans }) => sum + spans, 0);
  const everyMs = ((all / rate) * 1000) / recording.length;
  const agent = new Agent({ connections: 8 });
  const under: Promise<void>[] = [];
  const begin = performance.now();
  let number = 0;
  try {
    for (let copy = 0; copy < copies; copy++) {
      const disguise = newDisguise();
      for (const one of inTurns(recording)) {
        await sleep(Math.max(0, begin + number++ * everyMs - performance.now()), undefined, { signal });
        under.push(send(agent, entrances[one.service], disguised(one, disguise), signal));
      }
    }
    await Promise.all(under);
    return copies * all;
  } finally {
    await agent.destroy();
  }
}

/** The back ends take turns, each in its own order. */
function inTurns(recording: readonly RecordedRequest[]): RecordedRequest[] {
  const queues = [...Map.groupBy(recording, ({ service }) => service).values()];
  const longest = Math.max(...queues.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => queues.flatMap((queue) => queue.slice(at, at + 1))).flat();
}

async function send(dispatcher: Agent, origin: string, body: Buffer, signal: AbortSignal): Promise<void> {
  const { statusCode, body: answer } = await request(`${origin}/v1/traces`, {
    ...{ method: "POST", headers: { "content-type": "application/x-protobuf" } },
    ...{ body, dispatcher, signal },
  });
  const text = await answer.text();
  if (statusCode !== 200) throw new Error(`${origin} has not taken the spans: ${statusCode} ${text}`);
}
