import type { View } from "../../lib/jaeger/client.ts";
import { orderOf } from "../../lib/jaeger/read.ts";
import { tracesOf, type Span } from "../../lib/jaeger/span.ts";
import { chainOf, type Chain } from "./chain.ts";
import { cutNote, findOrder, searchable, stepOperations, type Window } from "./find.ts";
import type { Scope } from "./scope.ts";
import { isOrderId } from "./signs.ts";

/** Orders that stand longer than their step allows. */
export interface Stuck {
  view: string;
  since: string;
  /** Orders of which a step was seen. */
  looked: number;
  /** The longest wait first. */
  orders: Chain[];
  cut: string[];
}

/** Orders that are looked at one by one, after the first look found them late. */
const maxConfirmed = 200;

/**
 * Looks for orders that nothing has happened to for longer than their step allows. Only steps count: somebody who looks at
 * an order does not move it. Each one found is asked for by its id before it is named, as a search that was cut may have
 * left out what happened since.
 */
export async function findStuck(view: View, scope: Scope, window: Window, now: number): Promise<Stuck> {
  const found = await searchable(view, scope);
  for (const service of found.services) {
    const operations = await stepOperations(view, service, scope);
    for (const operation of operations) {
      const spans = await view.find({ service, ...(operation !== undefined && { operation }), ...window });
      found.spans.push(...spans);
      const what = [service, operation].filter(Boolean).join(" ");
      if (tracesOf(spans).length >= window.depth) found.cut.push(cutNote(what, window));
    }
  }
  const seen = spansByOrder(found.spans);
  const late = [...seen]
    .flatMap(([order, spans]) => chainOf(order, { spans, cut: [] }, scope, window, now) ?? [])
    .filter(({ verdict }) => verdict.state === "overdue")
    .sort(longestFirst);
  const orders: Chain[] = [];
  for (const { order } of late.slice(0, maxConfirmed)) {
    const { spans, cut } = await findOrder(view, order, scope, window);
    const chain = chainOf(order, { spans: [...seen.get(order)!, ...spans], cut }, scope, window, now);
    if (chain?.verdict.state === "overdue") orders.push(chain);
  }
  if (late.length > maxConfirmed) {
    found.cut.push(`${late.length - maxConfirmed} more orders seem late; only ${maxConfirmed} were looked at`);
  }
  return {
    view: scope.view,
    since: new Date(window.since).toISOString(),
    looked: seen.size,
    orders: orders.sort(longestFirst),
    cut: found.cut,
  };
}

function spansByOrder(spans: readonly Span[]): Map<string, Span[]> {
  const orders = new Map<string, Span[]>();
  for (const trace of tracesOf(spans)) {
    const ids = new Set(trace.spans.flatMap((span) => orderOf(span)?.trim().toLowerCase() ?? []));
    for (const id of [...ids].filter(isOrderId)) orders.set(id, [...(orders.get(id) ?? []), ...trace.spans]);
  }
  return orders;
}

function longestFirst(a: Chain, b: Chain): number {
  return (a.verdict.since ?? 0) - (b.verdict.since ?? 0);
}
