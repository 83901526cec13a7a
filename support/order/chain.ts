import { notesOn } from "./notes.ts";
import { eventsOf, type OrderEvent } from "./events.ts";
import type { Found, Window } from "./find.ts";
import type { Scope } from "./scope.ts";
import { passedSteps } from "./steps.ts";
import { verdictOf, type Verdict } from "./verdict.ts";

/** What is known of one order. */
export interface Chain {
  order: string;
  view: string;
  /** Times of the search, ISO 8601. */
  since: string;
  until: string;
  events: OrderEvent[];
  verdict: Verdict;
  notes: string[];
  cut: string[];
}

/** Makes the chain of an order's events, and says where it stands. Undefined: nothing is known of it. */
export function chainOf(
  order: string,
  { spans, cut }: Pick<Found, "spans" | "cut">,
  scope: Scope,
  { since, until }: Window,
  now: number,
): Chain | undefined {
  const events = eventsOf(spans, order, scope.landscape);
  if (events.length === 0) return undefined;
  const passed = passedSteps(events, scope.landscape);
  const verdict = verdictOf(passed, scope, now);
  return {
    order,
    view: scope.view,
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    events,
    verdict,
    notes: notesOn(events, passed, verdict, scope),
    cut,
  };
}
