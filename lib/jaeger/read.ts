import { proofAttributes } from "../attributes.ts";
import type { Span, Trace } from "./span.ts";

/** The value of the first of the keys that a span has. */
export function first(span: Span, keys: readonly string[]): string | undefined {
  return keys.map((name) => span.attributes[name]).find((candidate) => candidate !== undefined);
}

/** The order that a span belongs to, as the gateway found it in the URL or the message header. */
export function orderOf(span: Span): string | undefined {
  return first(span, proofAttributes.order);
}

/** What a request was for, in all spellings that its span has: routes and paths, without host and query. */
export function pathsOf(span: Span): string[] {
  // Without a route, Java and ASP.NET name the span after the path, Node.js after the method alone.
  const named = span.name.split(" ")[1];
  return [...proofAttributes.path.map((name) => span.attributes[name]), named]
    .filter((path) => path !== undefined)
    .map((path) => path.replace(/^\w+:\/\/[^/]*/, "").replace(/[?#].*$/, ""));
}

export function parentOf(span: Span, trace: Trace): Span | undefined {
  return span.parentId === undefined ? undefined : trace.byId.get(span.parentId);
}

/** The spans above a span, the nearest first, as far as the view shows them. */
export function ancestorsOf(span: Span, trace: Trace): Span[] {
  const above = new Set<Span>();
  // Broken data may hold a circle of parents.
  for (let at = parentOf(span, trace); at && !above.has(at); at = parentOf(at, trace)) above.add(at);
  return [...above];
}
