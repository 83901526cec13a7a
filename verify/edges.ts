import type { Landscape } from "../config/landscape.ts";
import type { CatalogueEdge, Store } from "../config/model.ts";
import { proofAttributes } from "../lib/attributes.ts";
import { healthPath } from "../lib/health-paths.ts";
import { ancestorsOf, first, orderOf, parentOf, pathsOf } from "../lib/jaeger/read.ts";
import { spanKind, type Span, type Trace } from "../lib/jaeger/span.ts";

/** One occurrence of an edge. */
export interface Witness {
  /** The spans that prove it, in the edge's direction. */
  spans: readonly [Span, ...Span[]];
  /** Milliseconds since 1970: when the last of them began. */
  at: number;
  /** The order that joins the traces, for an edge of kind `join`. */
  orderId?: string;
}

/** What a recogniser needs to know of the landscape. */
export type Known = Pick<Landscape, "services" | "stores">;

/** Narrows what counts. */
export interface Scope {
  /** Only what began at or after this time counts, milliseconds since 1970. A trace may reach back before it. */
  since?: number;
  /** Order ids that may prove a join. Default: any. */
  orders?: readonly string[];
}

/** All occurrences of an edge in the traces that a view showed. */
export function witnesses(edge: CatalogueEdge, traces: readonly Trace[], known: Known, scope: Scope = {}): Witness[] {
  const found = (): Witness[] => {
    switch (edge.kind) {
      case "request":
        return traces.flatMap((trace) => requests(trace, edge.to, known));
      case "store":
        return traces.flatMap((trace) => storeCalls(trace, edge.from, storeOf(known, edge.to), known));
      case "message":
        return traces.flatMap((trace) => messages(trace, edge, storeOf(known, edge.via), known));
      case "join":
        return joins(traces, edge, known, scope.orders);
    }
  };
  return found().filter(({ at }) => at >= (scope.since ?? 0));
}

/** Server spans of a service that answer somebody from outside the traced back ends. */
function requests(trace: Trace, service: string, known: Known): Witness[] {
  const backEnds = new Set<string>(known.services.map(({ id }) => id));
  return trace.spans
    .filter((span) => span.kind === spanKind.server && isOf(span, service, known) && isBusiness(span))
    .filter((span) => !backEnds.has(parentOf(span, trace)?.service ?? ""))
    .map((span) => witness([span]));
}

/** Client spans of a service to a store. A span alone in its trace is a start-up or pool check, it proves no order's way. */
function storeCalls(trace: Trace, service: string, store: Store, known: Known): Witness[] {
  const own = trace.spans.filter((span) => isOf(span, service, known));
  return own
    .filter((span) => span.kind === spanKind.client && callsStore(span, store))
    .filter((span) => span.parentId !== undefined || own.length > 1)
    .map((span) => witness([span]));
}

/** Pairs of producer and consumer span where the parent ids lead from the consumer back to the producer. */
function messages(trace: Trace, { from, to }: { from: string; to: string }, broker: Store, known: Known): Witness[] {
  return trace.spans
    .filter((span) => span.kind === spanKind.consumer && isOf(span, to, known) && usesBroker(span, broker))
    .flatMap((consumer) => {
      const producer = producerOf(consumer, trace);
      const proves = producer && isOf(producer, from, known) && usesBroker(producer, broker);
      return proves ? [witness([producer, consumer])] : [];
    });
}

/** Spans of two services with the same order id; the newest pair of each order. */
function joins(
  traces: readonly Trace[],
  { from, to }: { from: string; to: string },
  known: Known,
  orders?: readonly string[],
): Witness[] {
  const newest = (service: string) => {
    const byOrder = new Map<string, Span>();
    for (const span of traces.flatMap((trace) => trace.spans)) {
      const order = orderOf(span);
      if (!order || !isOf(span, service, known) || (orders && !orders.includes(order))) continue;
      if (span.start >= (byOrder.get(order)?.start ?? 0)) byOrder.set(order, span);
    }
    return byOrder;
  };
  const ends = newest(to);
  return [...newest(from)].flatMap(([orderId, begin]) => {
    const end = ends.get(orderId);
    return end ? [{ ...witness([begin, end]), orderId }] : [];
  });
}

/** Pairs that only a span link connects: a hint, not a proof, as the requirement is one trace. */
export function linkedOnly(traces: readonly Trace[], { from, to }: { from: string; to: string }): Span | undefined {
  const spans = traces.flatMap((trace) => trace.spans);
  const produced = new Set(
    spans.filter(({ kind, service }) => kind === spanKind.producer && service === from).map(key),
  );
  return spans.find(
    (span) => span.kind === spanKind.consumer && span.service === to && span.links.some((l) => produced.has(key(l))),
  );
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

function storeOf(known: Known, id: string): Store {
  const store = known.stores[id];
  if (!store) throw new Error(`The landscape has no store ${id}; it has ${Object.keys(known.stores).join(", ")}.`);
  return store;
}

function callsStore(span: Span, store: Store): boolean {
  switch (store.system) {
    case "postgresql":
      return first(span, proofAttributes.database) === "postgresql" && reaches(span, store);
    case "s3":
      return (isS3(span) || first(span, proofAttributes.httpMethod) !== undefined) && reaches(span, store);
    case "rabbitmq":
      return usesBroker(span, store) && reaches(span, store);
  }
}

/** An AWS SDK names the service; its method may be `S3/PutObject` instead, in newer conventions. */
function isS3(span: Span): boolean {
  const service = first(span, proofAttributes.rpcService);
  return service?.toLowerCase() === "s3" || first(span, proofAttributes.rpcMethod)?.startsWith("S3/") === true;
}

/** Instrumentations of RabbitMQ often give no host, or only its IP address; a name, when there is one, must be right. */
function usesBroker(span: Span, broker: Store): boolean {
  const system = first(span, proofAttributes.messaging);
  const host = hostOf(span);
  return system === broker.system && (host === undefined || isAddress(host) || reaches(span, broker));
}

function reaches(span: Span, store: Store): boolean {
  const labels = hostOf(span)?.split(".") ?? [];
  // S3 in virtual-host style puts the bucket before the host.
  return labels[0] === store.host || (store.system === "s3" && labels[1] === store.host);
}

function hostOf(span: Span): string | undefined {
  return first(span, proofAttributes.host)?.toLowerCase();
}

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(":");
}

/** A request that says what it was for, and was not for the health of the process. */
function isBusiness(span: Span): boolean {
  const paths = pathsOf(span);
  const health = new RegExp(healthPath, "i");
  return !paths.some((path) => health.test(path)) && (paths.length > 0 || orderOf(span) !== undefined);
}

/** The nearest producer above a consumer. A farther one belongs to an earlier message. */
function producerOf(consumer: Span, trace: Trace): Span | undefined {
  return ancestorsOf(consumer, trace).find(({ kind }) => kind === spanKind.producer);
}
