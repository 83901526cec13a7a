import type { ResourceSpans } from "../../../lib/planted/otlp.ts";
import { spanWith as planted, type Change } from "../../../lib/planted/places.ts";

let traces = 0;

/** A plain span, alone in its trace, with the change. */
export function spanWith(change: Change): ResourceSpans & { traceId: string } {
  const traceId = `c${(++traces).toString(16).padStart(31, "0")}`;
  const plain = { spanId: traceId.slice(16), name: "GET /x", startTimeUnixNano: "1", endTimeUnixNano: "2" };
  return { traceId, ...planted(change, { traceId, ...plain }) };
}
