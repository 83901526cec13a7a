import { attribute, field, message, text, time } from "../../otlp-wire.ts";
import { recorded, requestOf, type RecordedRequest } from "./recording.ts";

const spansPerTrace = 4;
/** An SDK sends each second what it has, and as soon as it has so many spans. */
const sdk = { everySeconds: 1, batchSpans: 512 };

/**
 * One attribute of 300 bytes. Its key is one that the redaction lets through, or all hops behind it would carry less; its value is
 * one that need not be searched, since who set the goals by it had no redaction.
 */
const key = "code.function.name";
const value = "x".repeat(300);
const begin = 1_700_000_000_000_000_000n;
const callMs = 5n;

/**
 * The load that the goals of the pipeline were set with: spans of one long attribute and nothing else. Real ones have ten to twenty
 * attributes and a resource of as many.
 *
 * @param rate spans a second of all back ends together: of each, one pod sends.
 */
export function plainRequests(rate: number): RecordedRequest[] {
  let made = 0;
  const next = () => ++made;
  const spans = Math.min(sdk.batchSpans, (rate / recorded.length) * sdk.everySeconds);
  const traces = Math.max(1, Math.floor(spans / spansPerTrace));
  return recorded.map((service) => {
    const all = Array.from({ length: traces }, next).flatMap((trace) => {
      const ids = Array.from({ length: spansPerTrace }, next);
      return ids.map((id, at) => span(trace, id, ids[at - 1]));
    });
    const resource = message(field(1, attribute("service.name", service)));
    const scope = message(field(1, text("bench")));
    const body = message(field(1, message(field(1, resource), field(2, message(field(1, scope), ...all)))));
    return requestOf(service, body);
  });
}

function span(trace: number, id: number, parent: number | undefined): Buffer {
  return field(
    2,
    message(
      field(1, idOf(trace, 16)),
      field(2, idOf(id, 8)),
      ...(parent === undefined ? [] : [field(4, idOf(parent, 8))]),
      field(5, text("call")),
      time(7, begin),
      time(8, begin + callMs * 1_000_000n),
      field(9, attribute(key, value)),
    ),
  );
}

function idOf(number: number, size: number): Buffer {
  const id = Buffer.alloc(size);
  id.writeUInt32BE(number, size - 4);
  return id;
}
