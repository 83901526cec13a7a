import type { CatalogueStep } from "../../config/model.ts";
import { proofAttributes } from "../../lib/attributes.ts";
import { first, pathsOf } from "../../lib/jaeger/read.ts";
import type { Span } from "../../lib/jaeger/span.ts";

/**
 * Whether a text can be the id of an order. Jaeger's search takes what it is given for a pattern: nothing that could be one
 * gets there.
 */
export function isOrderId(text: string): boolean {
  return /^\w[\w-]{0,63}$/.test(text);
}

/** Whether a server span answered a request of the form `POST /orders/{id}/submit`. */
export function showsRequest(span: Span, request: string): boolean {
  const [method, path] = request.split(" ") as [string, string];
  return methodOf(span) === method && pathsOf(span).some((candidate) => fits(candidate, path));
}

/** Whether a span of this name may show a step of a service: to search by. Names without a path may be of any request. */
export function mayShow(name: string, service: string, { service: owner, request, message }: CatalogueStep): boolean {
  const [method, path] = name.split(" ");
  const [wantedMethod, wantedPath] = request?.split(" ") ?? [];
  const isRequest =
    owner === service &&
    wantedPath !== undefined &&
    method === wantedMethod &&
    (path === undefined || fits(path, wantedPath));
  return isRequest || (message?.to === service && name.includes(message.queue));
}

/** What a request was, for people: method and route, without the order's id. */
export function requestText(span: Span, order: string): string {
  const [path = ""] = pathsOf(span);
  const segments = segmentsOf(path).map((segment) =>
    segment.toLowerCase() === order.toLowerCase() ? "{id}" : segment.replace(/^:(\w+)$/, "{$1}"),
  );
  return [methodOf(span), segments.length > 0 && `/${segments.join("/")}`].filter(Boolean).join(" ");
}

/** The HTTP status of an answer. */
export function statusOf(span: Span): number | undefined {
  const status = first(span, proofAttributes.httpStatus);
  return status === undefined ? undefined : Number(status);
}

/** Routing key of a message. The newest conventions have it in the destination: `exchange:key:queue`. */
export function isRoutedBy(span: Span, key: string): boolean {
  const own = first(span, proofAttributes.routingKey);
  return own === undefined ? destinationOf(span).split(":").includes(key) : own === key;
}

/** Whether a consumer span took its message from a queue. */
export function isFromQueue(span: Span, queue: string): boolean {
  return destinationOf(span).split(":").includes(queue) || span.name.split(" ").includes(queue);
}

/** What was sent or taken, for people, where no step says it. */
export function messageText(span: Span): string {
  return first(span, proofAttributes.routingKey) ?? (destinationOf(span) || span.name);
}

/** Class of an error. */
export function errorType(span: Span): string {
  const status = statusOf(span);
  return (
    span.exception ??
    first(span, proofAttributes.errorType) ??
    (status === undefined || status < 400 ? "(no type)" : `HTTP ${status}`)
  );
}

function methodOf(span: Span): string | undefined {
  return first(span, proofAttributes.httpMethod) ?? span.name.split(" ")[0];
}

function destinationOf(span: Span): string {
  return first(span, proofAttributes.destination) ?? "";
}

/** Routes stand for paths too, in the spelling of each runtime: `/orders/:id`, `orders/{id}`. */
function fits(path: string, pattern: string): boolean {
  const [own, wanted] = [segmentsOf(path), segmentsOf(pattern)];
  return own.length === wanted.length && wanted.every((segment, i) => /^\{\w+\}$/.test(segment) || segment === own[i]);
}

function segmentsOf(path: string): string[] {
  return path.split("/").filter(Boolean);
}
