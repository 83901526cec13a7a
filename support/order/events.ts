import type { Landscape } from "../../config/landscape.ts";
import { ancestorsOf, orderOf } from "../../lib/jaeger/read.ts";
import { spanKind, tracesOf, type Span, type Trace } from "../../lib/jaeger/span.ts";
import { clockSkewMs } from "../../lib/time.ts";
import { errorType, isFromQueue, isRoutedBy, messageText, requestText, showsRequest, statusOf } from "./signs.ts";

/** Something that happened to an order at one of the back ends. */
export interface OrderEvent {
  /** A request was answered, a message was sent, a message was taken. */
  kind: "request" | "sent" | "taken";
  service: string;
  /** Method and route, or routing key. */
  what: string;
  /** Milliseconds since 1970. */
  at: number;
  end: number;
  /** HTTP status of the answer. */
  status?: number;
  /** It went wrong, or was refused. */
  failed: boolean;
  /** Errors below it, as far as no other event has them: where, and of which class. */
  errors: readonly { service: string; type: string }[];
  /** Only its parts are seen: the span of a message's work is shown when the work ends. */
  unfinished: boolean;
  /** The step that it is of, by the catalogue. */
  step?: string;
  trace: string;
}

/** Events under work: with the spans that they are made of. */
interface Draft extends OrderEvent {
  spans: readonly [Span, ...Span[]];
  /** For a message that was taken: the span that sent it, if the view shows it. */
  producer?: Span;
}

/** What is needed of a landscape. */
type Known = Pick<Landscape, "services" | "off" | "steps">;

/**
 * The events of one order, the oldest first: what its back ends answered, sent and took.
 *
 * @param spans whole traces, as the views showed them. Traces and spans of other orders do no harm.
 * @param order the order's id, in any case of letters.
 */
export function eventsOf(spans: Iterable<Span>, order: string, known: Known): OrderEvent[] {
  return tracesOf(spans)
    .flatMap((trace) => eventsOfTrace(trace, order.toLowerCase(), known))
    .sort((a, b) => a.at - b.at)
    .map(({ spans: _spans, producer: _producer, ...event }) => event);
}

function eventsOfTrace(trace: Trace, order: string, known: Known): Draft[] {
  const mine = ownSpans(trace, order);
  if (mine.length === 0) return [];
  const services = new Set([...known.services, ...known.off.services].map(({ id }) => id));
  const ours = mine.filter(({ service }) => services.has(service));
  const drafts = [
    ...ours.filter(({ kind }) => kind === spanKind.server).map((span) => requestEvent(span, order, known)),
    ...ours.filter(({ kind }) => kind === spanKind.producer).map(sentEvent),
    ...takenEvents(ours, trace),
  ];
  nameMessages(drafts, trace, known);
  drafts.push(...unfinishedEvents(ours, drafts, trace, known));
  return withErrors(drafts, ours, trace);
}

/** A trace can hold several orders: a span is of the one that it or the nearest span above it names. */
function ownSpans(trace: Trace, order: string): Span[] {
  const idOf = (span: Span) => orderOf(span)?.trim().toLowerCase();
  const orders = new Set(trace.spans.map(idOf).filter((id) => id !== undefined));
  if (!orders.has(order)) return [];
  return trace.spans.filter((span) => {
    const named = [span, ...ancestorsOf(span, trace)].map(idOf).find((id) => id !== undefined);
    return named === undefined ? orders.size === 1 : named === order;
  });
}

function draft(kind: Draft["kind"], spans: Draft["spans"], what: string, failed: boolean): Draft {
  const [{ service, traceId, start }] = spans;
  const end = Math.max(...spans.map((span) => span.end));
  return { kind, service, what, at: start, end, failed, errors: [], unfinished: false, trace: traceId, spans };
}

function requestEvent(span: Span, order: string, { steps }: Known): Draft {
  const status = statusOf(span);
  const step = Object.entries(steps).find(
    ([, { service, request }]) => service === span.service && request !== undefined && showsRequest(span, request),
  );
  // A refusal is no error to OpenTelemetry. But a step that was refused has not happened.
  const failed = span.failed || (status !== undefined && status >= 400);
  return { ...draft("request", [span], requestText(span, order), failed), status, step: step?.[0] };
}

function sentEvent(span: Span): Draft {
  return draft("sent", [span], messageText(span), span.failed);
}

/**
 * A message that was taken. Client library and framework make a span each, side by side below the sender's, and so does
 * every further delivery: one event, and what came of it says the one that began last.
 */
function takenEvents(spans: readonly Span[], trace: Trace): Draft[] {
  const consumers = spans.filter(({ kind }) => kind === spanKind.consumer).sort((a, b) => a.start - b.start);
  const senderOf = (span: Span) => ancestorsOf(span, trace).find(({ kind }) => kind === spanKind.producer);
  const messages = Map.groupBy(
    consumers,
    (span) => `${span.service}/${senderOf(span)?.spanId ?? span.parentId ?? span.spanId}`,
  );
  return [...messages.values()].map((group) => {
    const deliveries = group as [Span, ...Span[]];
    const named = deliveries.find(({ attributes }) =>
      Object.keys(attributes).some((key) => key.includes("routing_key")),
    );
    const event = draft("taken", deliveries, messageText(named ?? deliveries[0]), deliveries.at(-1)!.failed);
    return { ...event, producer: senderOf(deliveries[0]) };
  });
}

/** Which steps the messages are of. Where one routing key serves several steps, the request above decides. */
function nameMessages(drafts: readonly Draft[], trace: Trace, { steps }: Known): void {
  const messages = Object.entries(steps).flatMap(([id, { service, message }]) =>
    message ? [{ id, service, ...message }] : [],
  );
  const decide = (candidates: readonly { id: string }[], span: Span) => {
    if (candidates.length <= 1) return candidates[0]?.id;
    const above = ancestorsOf(span, trace);
    const requests = drafts.filter(({ kind, spans: [request] }) => kind === "request" && above.includes(request));
    return candidates.find(({ id }) => requests.some(({ step }) => step === id))?.id;
  };
  for (const event of drafts) {
    const [span] = event.spans;
    if (event.kind === "sent") {
      const sent = messages.filter(
        ({ service, routingKey }) => service === span.service && isRoutedBy(span, routingKey),
      );
      event.step = decide(sent, span);
    }
  }
  for (const event of drafts) {
    if (event.kind !== "taken") continue;
    const sender = drafts.find(({ kind, spans: [span] }) => kind === "sent" && span === event.producer);
    const received = messages.filter(({ to, routingKey, queue }) => {
      const isKey = event.spans.some((span) => isRoutedBy(span, routingKey));
      const isQueue = event.spans.some((span) => isFromQueue(span, queue));
      return to === event.service && (isKey || (isQueue && messages.filter((one) => one.queue === queue).length === 1));
    });
    event.step = sender?.step ?? decide(received, event.spans[0]);
    if (sender) event.what = sender.what;
  }
}

/**
 * Messages that somebody works on, or has died over: of the receiver there are spans whose parent is not stored (yet).
 */
function unfinishedEvents(spans: readonly Span[], drafts: readonly Draft[], trace: Trace, { steps }: Known): Draft[] {
  const orphans = spans.filter(
    ({ kind, parentId }) => kind === spanKind.client && parentId !== undefined && !trace.byId.has(parentId),
  );
  const waiting = drafts.filter(
    (event) => event.kind === "sent" && !drafts.some(({ producer }) => producer === event.spans[0]),
  );
  return waiting.flatMap((sent) => {
    const to = steps[sent.step ?? ""]?.message?.to;
    const parts = orphans.filter(({ service, start }) => service === to && start >= sent.at - clockSkewMs);
    const [begin, ...more] = parts.sort((a, b) => a.start - b.start);
    if (!begin) return [];
    return [{ ...draft("taken", [begin, ...more], sent.what, false), unfinished: true, step: sent.step }];
  });
}

/** Hands each error to the nearest event above it. */
function withErrors(drafts: readonly Draft[], spans: readonly Span[], trace: Trace): Draft[] {
  const eventOf = new Map(drafts.flatMap((event) => event.spans.map((span) => [span, event] as const)));
  const errors = spans
    .filter(({ failed }) => failed)
    .map((span) => ({
      event: [span, ...ancestorsOf(span, trace)].map((one) => eventOf.get(one)).find((event) => event !== undefined),
      service: span.service,
      type: errorType(span),
    }));
  return drafts.map((event) => {
    const own = errors.filter((error) => error.event === event).map(({ service, type }) => ({ service, type }));
    return { ...event, errors: [...new Map(own.map((error) => [`${error.service} ${error.type}`, error])).values()] };
  });
}
