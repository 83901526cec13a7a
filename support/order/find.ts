import type { View } from "../../lib/jaeger/client.ts";
import { attributes } from "../../lib/attributes.ts";
import { tracesOf, type Span } from "../../lib/jaeger/span.ts";
import { visibleServices, type Scope } from "./scope.ts";
import { mayShow } from "./signs.ts";

/** Where and how far is looked. */
export interface Window {
  /** Milliseconds since 1970. */
  since: number;
  until: number;
  /** Traces per question to Jaeger, the newest. */
  depth: number;
}

/** What a view showed. */
export interface Found {
  spans: Span[];
  /** Services that were searched. */
  searched: string[];
  /** Services that the view should show, and has no span of at all. */
  silent: string[];
  /** Where more may exist than was read. */
  cut: string[];
}

/**
 * Reads the traces in which a visible service has a span with the order's id, in lower case, upper case or as given. Where
 * there are more than may be read at once, the traces of steps are asked for by their names: people who look at an order, or
 * a program that waits for it, must not hide what happened to it.
 */
export async function findOrder(view: View, order: string, scope: Scope, window: Window): Promise<Found> {
  const { services, ...found } = await searchable(view, scope);
  const spellings = new Set([order.toLowerCase(), order, order.toUpperCase()]);
  const search = async (service: string, spelling: string, operation?: string) => {
    const attribute = { [attributes.orderId]: spelling };
    const spans = await view.find({ service, attributes: attribute, ...(operation && { operation }), ...window });
    found.spans.push(...spans);
    return tracesOf(spans).length >= window.depth;
  };
  for (const service of services) {
    for (const spelling of spellings) {
      if (!(await search(service, spelling))) continue;
      const operations = (await stepOperations(view, service, scope)).filter((name) => name !== undefined);
      found.cut.push(cutNote(operations.length > 0 ? `${service}, apart from steps` : service, window));
      for (const operation of operations) {
        if (await search(service, spelling, operation)) found.cut.push(cutNote(`${service} ${operation}`, window));
      }
    }
  }
  return found;
}

/** Names of spans by which the steps of a service are found; undefined: no name fits, all of its traces are read. */
export async function stepOperations(
  view: View,
  service: string,
  { landscape }: Scope,
): Promise<(string | undefined)[]> {
  const steps = Object.values(landscape.steps);
  if (!steps.some((step) => step.service === service || step.message?.to === service)) return [];
  const names = await view.operations(service);
  const fitting = names.filter((name) => steps.some((step) => mayShow(name, service, step)));
  return fitting.length > 0 ? fitting : [undefined];
}

/** What can be searched in a view, and an empty result. */
export async function searchable(view: View, scope: Scope): Promise<Found & { services: string[] }> {
  const known = new Set(await view.services());
  const visible = visibleServices(scope);
  const services = visible.filter((id) => known.has(id));
  return { services, spans: [], searched: services, silent: visible.filter((id) => !known.has(id)), cut: [] };
}

export function cutNote(what: string, { depth }: Window): string {
  return `${what}: only the newest ${depth} traces were read`;
}
