import type { Search, View } from "../../lib/jaeger/client.ts";
import { tracesOf, type Span } from "../../lib/jaeger/span.ts";
import { groups } from "./spans.ts";

interface Options {
  /** What a view shows besides its own. */
  extra?: Partial<Record<string, Span[]>>;
  /** Gets every search. */
  asked?: Search[];
}

/** A Jaeger that answers as the real one does: whole traces, as far as the view sees them, the newest first. */
export function views(spans: Span[], { extra = {}, asked = [] }: Options = {}) {
  return (name: string): View => {
    const own = name === "all" ? spans : spans.filter(({ service }) => groups[service] === name);
    const shown = [...own, ...(extra[name] ?? [])];
    return {
      services: () => Promise.resolve([...new Set(shown.map(({ service }) => service))]),
      operations: (service) =>
        Promise.resolve([...new Set(shown.filter((s) => s.service === service).map((s) => s.name))]),
      find: (search) => {
        asked.push(search);
        const matches = (s: Span) =>
          s.service === search.service &&
          s.start >= search.since &&
          (search.operation === undefined || s.name === search.operation) &&
          Object.entries(search.attributes ?? {}).every(([key, value]) => s.attributes[key] === value);
        const newest = tracesOf(shown)
          .filter((trace) => trace.spans.some(matches))
          .sort((a, b) => Math.max(...b.spans.map((s) => s.start)) - Math.max(...a.spans.map((s) => s.start)));
        return Promise.resolve(newest.slice(0, search.depth).flatMap((trace) => trace.spans));
      },
    };
  };
}
