import type { Landscape } from "../config/landscape.ts";
import type { CatalogueEdge } from "../config/model.ts";
import { attributes } from "../lib/attributes.ts";
import { spanKind, type Span, type Trace } from "../lib/jaeger/span.ts";
import { unproven } from "./business.ts";
import { candidates, storeOf } from "./edges.ts";
import { hostOf, speaks } from "./places.ts";

/** Services whose spans an edge begins or ends with. */
export function serviceEnds(edge: CatalogueEdge): string[] {
  switch (edge.kind) {
    case "request":
      return [edge.to];
    case "store":
      return [edge.from];
    default:
      return [edge.from, edge.to];
  }
}

/** Why an edge may be missing: what was seen instead of it. */
export function hintFor(edge: CatalogueEdge, traces: readonly Trace[], landscape: Landscape, view: string): string {
  const spans = traces.flatMap((trace) => trace.spans);
  const silent = serviceEnds(edge).filter((id) => !spans.some(({ service }) => service === id));
  if (silent.length > 0) return `view ${view} has no span of ${silent.join(" and ")} in this time`;
  const strange = landscape.services.find(
    ({ id, group }) => serviceEnds(edge).includes(id) && spans.some((s) => s.service === id && s.group !== group),
  );
  if (strange)
    return `spans of ${strange.id} do not carry ${attributes.group}=${strange.group}: the gateway did not recognise it`;
  const instead = worthless(edge, traces, landscape);
  if (instead) return instead;
  switch (edge.kind) {
    case "join":
      return `no ${attributes.orderId} is on spans of both ${edge.from} and ${edge.to}`;
    case "message":
      return messageHint(edge, traces, landscape);
    case "store":
      return storeHint(edge, spans, landscape);
    case "request":
      return `${edge.to} has spans, but no server span of a request from outside`;
  }
}

/** Calls that are there, and prove nothing. */
function worthless(edge: CatalogueEdge, traces: readonly Trace[], landscape: Landscape): string | undefined {
  const byId = new Map(traces.map((trace) => [trace.id, trace]));
  const reasons = candidates(edge, traces, landscape).flatMap(
    ({ spans }) => spans.map((span) => unproven(span, byId.get(span.traceId)!)).find(Boolean) ?? [],
  );
  if (reasons.length === 0) return undefined;
  return `seen, but by no order that succeeded: ${counted(reasons)}. Only orders prove an edge`;
}

function messageHint(
  edge: CatalogueEdge & { kind: "message" },
  traces: readonly Trace[],
  landscape: Landscape,
): string {
  const spans = traces.flatMap((trace) => trace.spans);
  const count = (service: string, kind: number) =>
    spans.filter((span) => span.service === service && span.kind === kind).length;
  const counts = `${count(edge.from, spanKind.producer)} producer spans of ${edge.from}, ${count(edge.to, spanKind.consumer)} consumer spans of ${edge.to}`;
  return candidates(edge, traces, landscape, { links: true }).some(({ linked }) => linked)
    ? `${counts}; they are joined by span links, not by parents: the consumer must continue the trace, or proof.links has to name this edge`
    : `${counts}, but no consumer below a producer in one trace: is traceparent in the message headers?`;
}

function storeHint(edge: CatalogueEdge & { kind: "store" }, spans: readonly Span[], landscape: Landscape): string {
  const store = storeOf(landscape, edge.to);
  const hosts = spans
    .filter((span) => span.service === edge.from && span.kind === spanKind.client && speaks(span, store))
    .map((span) => hostOf(span) ?? "no host");
  const none = `${edge.from} has spans, but no client span whose server.address is ${store.host}`;
  return hosts.length === 0
    ? none
    : `${none}; its ${store.system} calls go to ${counted(hosts)}. Is one of them ${edge.to}? stores: {${edge.to}: {hosts: [${hosts[0]}]}}`;
}

/** `3 of a probe, 1 failed`: the most frequent first. */
function counted(values: readonly string[]): string {
  return [...Map.groupBy(values, (value) => value)]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, 5)
    .map(([value, all]) => `${all.length} ${value}`)
    .join(", ");
}
