import type { CatalogueStep, Outcome } from "../../config/model.ts";
import { durationText, parseDuration } from "../../lib/time.ts";
import type { Passed } from "./steps.ts";
import { isOff, keptPercent, titleOf, visibleServices, type Scope } from "./scope.ts";

/** Where an order stands. */
export interface Verdict {
  /**
   * `over`: nothing more is to come. `waits`: within the time that its step may take. `overdue`: longer. `unknown`: the view
   * does not show what comes next, or no step is known.
   */
  state: "over" | "waits" | "overdue" | "unknown";
  outcome?: Outcome;
  /** The last step that it has gone. */
  step?: string;
  /** Since when it stands there, milliseconds since 1970. */
  since?: number;
  /** How long it may, milliseconds. */
  allowed?: number;
  /** Who has to act: a service or a front end. */
  waitsFor?: string;
  /** The queue in which its message is, or was last seen. */
  queue?: string;
  /** The trace to look at first. */
  trace?: string;
  /** One sentence for people. */
  text: string;
  /** Why an order that is overdue may not be: what comes next need not have left a trace. */
  doubt?: string;
}

/**
 * Says where an order stands by the steps that it has gone.
 *
 * @param passed steps in the order of time.
 * @param now milliseconds since 1970.
 */
export function verdictOf(passed: readonly Passed[], scope: Scope, now: number): Verdict {
  const last = passed.findLast(({ failed }) => !failed);
  const step = last && scope.landscape.steps[last.id];
  if (!last || !step) {
    const text =
      passed.length > 0
        ? `no step has succeeded: ${titleOfStep(passed.at(-1)!.id, scope)} was tried and refused or failed`
        : "none of its events is a step of the catalogue, so nothing says what should come next";
    return { state: "unknown", text };
  }
  return handover(last, step, scope, now) ?? afterStep(last, step, scope, now);
}

/** Where it stands if its message is not through. */
function handover(last: Passed, step: CatalogueStep, scope: Scope, now: number): Verdict | undefined {
  const { message } = step;
  if (!message || (last.taken && !last.taken.failed)) return undefined;
  const begin = last.sent?.end ?? last.request?.end ?? last.taken?.end ?? last.at;
  const found = (since: number, allowed: number, text: string): Verdict => ({
    ...judged(last, since, allowed, now),
    waitsFor: message.to,
    queue: message.queue,
    text,
  });
  const lasts = durationText(now - begin);
  if (last.taken) {
    const errors = last.taken.errors.map(({ service, type }) => `error ${type} at ${service}`).join(", ");
    const what = `${message.to} took the message, failed${errors && ` (${errors})`} and never answered`;
    const text = `is lost behind ${message.queue} since ${lasts}; ${what}`;
    // It will not go on by itself: no time to wait.
    return { ...found(begin, 0, text), state: "overdue", allowed: undefined };
  }
  if (isOff(scope, message.to)) return unseen(last, begin, `${message.to} is switched off in this stack`);
  if (!visibleServices(scope).includes(message.to)) {
    return unseen(last, begin, `it went to ${message.to}, which the view ${scope.view} does not show`);
  }
  const allowed = parseDuration(message.within);
  const may = `(${durationText(allowed)} allowed)`;
  if (!last.sent) {
    const text = `stands at "${step.title}" since ${lasts} ${may}; no span shows that ${step.service} sent ${message.routingKey}`;
    return found(begin, allowed, text);
  }
  const text = `waits in ${message.queue} since ${lasts} ${may}; ${step.service} sent ${message.routingKey}, and no span shows that ${message.to} took it`;
  return found(last.sent.end, allowed, text);
}

/** Where it stands once nothing is under way. */
function afterStep(last: Passed, step: CatalogueStep, scope: Scope, now: number): Verdict {
  const { steps } = scope.landscape;
  const { taken, sent, request } = last;
  const since = taken?.unfinished
    ? taken.at
    : Math.max(last.at, ...[taken, sent, request].map((part) => part?.end ?? 0));
  if (!step.next) {
    const at = new Date(since).toISOString();
    return {
      state: "over",
      outcome: step.ends,
      step: last.id,
      since,
      trace: last.trace,
      text: `${step.ends} at ${at}`,
    };
  }
  const { by, within } = step.next;
  const following = step.next.steps.flatMap((id) => steps[id] ?? []);
  const visible = visibleServices(scope);
  const owners = [...new Set(following.map(({ service }) => service))];
  const who = titleOf(scope, by);
  if (owners.every((id) => isOff(scope, id))) {
    return unseen(last, since, `${owners.join(", ")}, where it goes on, is switched off in this stack`);
  }
  if (!owners.some((id) => visible.includes(id))) {
    return unseen(last, since, `it goes on at ${owners.join(", ")}, which the view ${scope.view} does not show`);
  }
  const allowed = parseDuration(within);
  const result = judged(last, since, allowed, now);
  const lasts = `since ${durationText(now - since)} (${durationText(allowed)} allowed)`;
  const wanted = following.map(({ title }) => `"${title}"`).join(" or ");
  const kept = Math.min(...following.map((one) => keptPercent(one, scope.sampling)));
  const doubt =
    kept < 100 && result.state === "overdue"
      ? `${wanted} may have happened unseen: this stack keeps ${kept} % of such traces unless they are slow or have an error`
      : undefined;
  const { message } = step;
  if (message && by === message.to) {
    const answer = taken?.unfinished
      ? "took the message and never answered"
      : "took the message, ended without an error and never answered";
    const text =
      result.state === "overdue"
        ? `waits in ${message.queue} ${lasts}; ${by} ${answer}`
        : `is at work at ${by} ${lasts}, which took the message from ${message.queue}; then comes ${wanted}`;
    return { ...result, waitsFor: by, queue: message.queue, text, doubt };
  }
  return {
    ...result,
    waitsFor: by,
    text: `waits for ${who} ${lasts}: "${step.title}" is done, then comes ${wanted}`,
    doubt,
  };
}

function judged(last: Passed, since: number, allowed: number, now: number) {
  const state = now - since > allowed ? ("overdue" as const) : ("waits" as const);
  return { state, step: last.id, since, allowed, trace: last.trace };
}

function unseen(last: Passed, since: number, why: string): Verdict {
  return { state: "unknown", step: last.id, since, trace: last.trace, text: why };
}

function titleOfStep(id: string, { landscape }: Scope): string {
  return `"${landscape.steps[id]?.title ?? id}"`;
}
