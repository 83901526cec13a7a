import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { fieldsOf, messages } from "../../checks/collector/received.ts";

/** Back ends that were recorded. See `README.md`. */
export const recorded = ["shop-api", "crm-api", "mes-api"] as const;
export type Recorded = (typeof recorded)[number];

/** A request as an SDK has sent it. */
export interface RecordedRequest {
  readonly service: Recorded;
  readonly body: Buffer;
  readonly spans: number;
  /** Where the ids of traces and of spans are in it, so that a copy can be given others. */
  readonly ids: readonly { at: number; size: number }[];
}

/** Spans that belong together all the same, under ids that nobody has seen yet. */
export type Disguise = Buffer;
export const newDisguise = (): Disguise => randomBytes(16);

/** The requests of all back ends, each back end's in their order. */
export async function readRecording(): Promise<RecordedRequest[]> {
  const files = await Promise.all(
    recorded.map(async (service) => ({
      service,
      bytes: gunzipSync(await readFile(join(import.meta.dirname, `${service}.otlp.gz`))),
    })),
  );
  return files.flatMap(({ service, bytes }) => bodiesOf(bytes).map((body) => requestOf(service, body)));
}

/** @param body a request of OTLP over HTTP. */
export function requestOf(service: Recorded, body: Buffer): RecordedRequest {
  return { service, body, ...contentOf(body) };
}

/** A copy of a request: trace and span ids are others, and fit those of other copies in the same disguise. */
export function disguised({ body, ids }: RecordedRequest, disguise: Disguise): Buffer {
  const copy = Buffer.from(body);
  for (const { at, size } of ids) {
    for (let byte = 0; byte < size; byte++) copy[at + byte]! ^= disguise[byte]!;
  }
  return copy;
}

function bodiesOf(bytes: Buffer): Buffer[] {
  const bodies: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = bytes.readUInt32BE(at);
    bodies.push(Buffer.from(bytes.subarray(at + 4, at + 4 + size)));
    at += 4 + size;
  }
  return bodies;
}

/** Field numbers of OTLP: trace, span and parent of a span; trace and span of a link. */
const spanIds = [1, 2, 4];
const links = 13;
const linkIds = [1, 2];

function contentOf(body: Buffer): Pick<RecordedRequest, "spans" | "ids"> {
  const spans = messages(fieldsOf(body), 1)
    .flatMap((resource) => messages(fieldsOf(resource), 2))
    .flatMap((scope) => messages(fieldsOf(scope), 2))
    .map(fieldsOf);
  const found = spans.flatMap((span) => [
    ...spanIds.flatMap((field) => messages(span, field)),
    ...messages(span, links).flatMap((link) => linkIds.flatMap((field) => messages(fieldsOf(link), field))),
  ]);
  return {
    spans: spans.length,
    ids: found.map((id) => ({ at: id.byteOffset - body.byteOffset, size: id.length })),
  };
}
