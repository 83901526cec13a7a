import type { Landscape, StorePlace } from "../config/landscape.ts";
import type { CatalogueEdge } from "../config/model.ts";
import { ancestorsOf, parentOf } from "../lib/jaeger/read.ts";
import { spanKind, type Span, type Trace } from "../lib/jaeger/span.ts";
import { orderKey, unproven } from "./business.ts";
import { callsStore, usesBroker } from "./places.ts";

/** One occurrence of an edge. */
export interface Witness {
  /** The spans that prove it, in the edge's direction. */
  spans: readonly [Span, ...Span[]];
  /** Milliseconds since 1970: when the last of them began. */
  at: number;
  /** The order that joins the traces, for an edge of kind `join`. */
  orderId?: string;
  /** True: a span link connects them, and no parent. */
  linked?: true;
}

/** What a recogniser needs to know of the landscape. */
export type Known = Pick<Landscape, "services" | "stores">;

/** Narrows what counts. */
export interface Scope {
  /** Only what began at or after this time counts, milliseconds since 1970. A trace may reach back before it. */
  since?: number;
  /** Order ids that may prove a join. Default: any. */
  orders?: readonly string[];
  /** True: of a message edge, a span link counts as well. Default false: one trace is wanted. */
  links?: boolean;
}

/** All occurrences of an edge in the traces that a view showed. */
export function witnesses(edge: CatalogueEdge, traces: readonly Trace[], known: Known, scope: Scope = {}): Witness[] {
  return candidates(edge, traces, known, scope).filter(
    ({ at, spans }) => at >= (scope.since ?? 0) && spans.every((span) => !unproven(span, traceOf(span, traces))),
  );
}

/** As {@link witnesses}, with those that would count if orders made them: for the hint. */
export function candidates(edge: CatalogueEdge, traces: readonly Trace[], known: Known, scope: Scope = {}): Witness[] {
  switch (edge.kind) {
    case "request":
      return traces.flatMap((trace) => requests(trace, edge.to, known));
    case "store":
      return traces.flatMap((trace) => storeCalls(trace, edge.from, storeOf(known, edge.to), known));
    case "message":
      return [
        ...traces.flatMap((trace) => messages(trace, edge, storeOf(known, edge.via), known)),
        ...(scope.links ? links(traces, edge, storeOf(known, edge.via), known) : []),
      ];
    case "join":
      return joins(traces, edge, known, scope.orders);
  }
}

const noTrace: Trace = { id: "", spans: [], byId: new Map() };

function traceOf({ traceId }: Span, traces: readonly Trace[]): Trace {
  return traces.find(({ id }) => id === traceId) ?? noTrace;
}

/** Server spans of a service that answer somebody from outside the traced back ends. */
function requests(trace: Trace, service: string, known: Known): Witness[] {
  const backEnds = new Set<string>(known.services.map(({ id }) => id));
  return trace.spans
    .filter((span) => span.kind === spanKind.server && isOf(span, service, known))
    .filter((span) => !backEnds.has(parentOf(span, trace)?.service ?? ""))
    .map((span) => witness([span]));
}

/** Client spans of a service to a store. */
function storeCalls(trace: Trace, service: string, store: StorePlace, known: Known): Witness[] {
  return trace.spans
    .filter((span) => span.kind === spanKind.client && isOf(span, service, known) && callsStore(span, store))
    .map((span) => witness([span]));
}

/** Pairs of producer and consumer span where the parent ids lead from the consumer back to the producer. */
function messages(
  trace: Trace,
  { from, to }: { from: string; to: string },
  broker: StorePlace,
  known: Known,
): Witness[] {
  return trace.spans
    .filter((span) => span.kind === spanKind.consumer && isOf(span, to, known) && usesBroker(span, broker))
    .flatMap((consumer) => {
      const producer = producerOf(consumer, trace);
      const proves = producer && isOf(producer, from, known) && usesBroker(producer, broker);
      return proves ? [witness([producer, consumer])] : [];
    });
}

/** Pairs of producer and consumer span that a span link connects: some client libraries begin a new trace. */
function links(
  traces: readonly Trace[],
  { from, to }: { from: string; to: string },
  broker: StorePlace,
  known: Known,
): Witness[] {
  const spans = traces.flatMap((trace) => trace.spans).filter((span) => usesBroker(span, broker));
  const produced = new Map(
    spans
      .filter((span) => span.kind === spanKind.producer && isOf(span, from, known))
      .map((span) => [key(span), span] as const),
  );
  return spans
    .filter((span) => span.kind === spanKind.consumer && isOf(span, to, known))
    .flatMap((consumer) => {
      const producer = consumer.links.map((link) => produced.get(key(link))).find(Boolean);
      return producer ? [{ ...witness([producer, consumer]), linked: true as const }] : [];
    });
}

/** Spans of two services with the same order id; the newest pair of each order. */
function joins(
  traces: readonly Trace[],
  { from, to }: { from: string; to: string },
  known: Known,
  orders?: readonly string[],
): Witness[] {
  const wanted = orders && new Set(orders.map((order) => order.toLowerCase()));
  const newest = (service: string) => {
    const byOrder = new Map<string, Span>();
    for (const trace of traces) {
      for (const span of trace.spans) {
        const order = orderKey(span);
        if (!order || !isOf(span, service, known) || (wanted && !wanted.has(order))) continue;
        // A newer one that proves nothing must not stand before one that does.
        if (unproven(span, trace)) continue;
        if (span.start >= (byOrder.get(order)?.start ?? 0)) byOrder.set(order, span);
      }
    }
    return byOrder;
  };
  const ends = newest(to);
  return [...newest(from)].flatMap(([orderId, begin]) => {
    const end = ends.get(orderId);
    return end ? [{ ...witness([begin, end]), orderId }] : [];
  });
}

const key = ({ traceId, spanId }: { traceId: string; spanId: string }) => `${traceId}/${spanId}`;

function witness(spans: [Span, ...Span[]]): Witness {
  return { spans, at: Math.max(...spans.map(({ start }) => start)) };
}

/** Name alone is not enough: identity comes from the gateway, which stamps name and group together. */
function isOf(span: Span, id: string, known: Known): boolean {
  const service = known.services.find((candidate) => candidate.id === id);
  return service !== undefined && span.service === id && span.group === service.group;
}

export function storeOf(known: Known, id: string): StorePlace {
  const store = known.stores[id];
  if (!store) throw new Error(`The landscape has no store ${id}; it has ${Object.keys(known.stores).join(", ")}.`);
  return store;
}

/** The nearest producer above a consumer. A farther one belongs to an earlier message. */
function producerOf(consumer: Span, trace: Trace): Span | undefined {
  return ancestorsOf(consumer, trace).find(({ kind }) => kind === spanKind.producer);
}
