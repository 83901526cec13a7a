import Table from "cli-table3";
import type { Landscape } from "../../config/landscape.ts";
import type { Settings } from "../../config/settings.ts";
import { attributes } from "../../lib/attributes.ts";
import { durationText, parseDuration } from "../../lib/time.ts";
import type { Chain } from "./chain.ts";
import type { OrderEvent } from "./events.ts";
import type { Found, Window } from "./find.ts";
import { hiddenNote } from "./notes.ts";
import type { Scope } from "./scope.ts";
import type { Stuck } from "./stuck.ts";
import type { Verdict } from "./verdict.ts";

/** How the sentence begins that says where an order stands. */
const heads: Record<Verdict["state"], string> = {
  over: "It is",
  waits: "It",
  overdue: "It is LATE: it",
  unknown: "Where it stands cannot be said:",
};

const style = { head: [], border: [], compact: true };

/** The chain for people: a line an event, what it means, and where to look. */
export function chainText(
  { order, view, since, events, verdict, notes, cut }: Chain,
  { landscape, url }: Scope,
): string {
  const { steps } = landscape;
  const traces = [...new Set(events.map(({ trace }) => trace))];
  const table = new Table({ head: ["time (UTC)", "after", "service", "event", "result", "trace"], style });
  let before: OrderEvent | undefined;
  for (const line of lines(events)) {
    const [event] = line;
    table.push([
      timeText(event.at),
      before ? gapText(before, event, steps) : "",
      event.service,
      line.length > 1 || isOther(event) ? othersText(line) : eventText(event, steps),
      line.length > 1 ? "" : resultText(event),
      [...new Set(line.map(({ trace }) => traces.indexOf(trace) + 1))].slice(0, 3).join(" "),
    ]);
    before = line.at(-1);
  }
  const shown = traces.filter((trace) => events.some((event) => event.trace === trace && !isOther(event)));
  return [
    `Order ${order}, view ${view}, since ${timeText(Date.parse(since))}`,
    table.toString(),
    `${heads[verdict.state]} ${verdict.text}.`,
    ...(verdict.doubt ? [`doubt: ${verdict.doubt}`] : []),
    ...notes.map((note) => `note: ${note}`),
    ...cut.map((note) => `cut: ${note}; --depth reads more, --since less time`),
    ...shown.map((trace) => `trace ${traces.indexOf(trace) + 1}: ${traceLink(url, trace)}`),
  ].join("\n");
}

/** What does not move an order: somebody looked at it, say. A refusal or an error is shown by itself. */
function isOther({ step, failed, errors }: OrderEvent): boolean {
  return step === undefined && !failed && errors.length === 0;
}

/** Events as lines: what does not move the order is one line for each service in a row. */
function lines(events: readonly OrderEvent[]): [OrderEvent, ...OrderEvent[]][] {
  const all: [OrderEvent, ...OrderEvent[]][] = [];
  for (const event of events) {
    const last = all.at(-1);
    if (last && isOther(event) && isOther(last[0]) && last[0].service === event.service) last.push(event);
    else all.push([event]);
  }
  return all;
}

function othersText(events: readonly OrderEvent[]): string {
  const counts = Map.groupBy(
    events,
    ({ kind, what }) => `${kind === "request" ? "" : `${kind === "taken" ? "took" : kind} `}${what}`,
  );
  return [...counts].map(([what, same]) => (same.length > 1 ? `${what} (${same.length} times)` : what)).join(", ");
}

function eventText({ kind, what, step, unfinished }: OrderEvent, steps: Landscape["steps"]): string {
  const known = step === undefined ? undefined : steps[step];
  const queue = known?.message?.queue;
  switch (kind) {
    case "request":
      return known ? `${known.title} (${what})` : what;
    case "sent":
      return `${known && !known.request ? `${known.title}: ` : ""}sent ${what}${queue ? ` to ${queue}` : ""}`;
    case "taken":
      return `took ${what}${queue ? ` from ${queue}` : ""}${unfinished ? ", its work is not over" : ""}`;
  }
}

function resultText({ status, failed, errors }: OrderEvent): string {
  return [
    status === undefined ? "" : `${status}${failed ? (errors.length > 0 ? "" : " refused") : ""}`,
    ...errors.map(({ service, type }) => `ERROR ${type} at ${service}`),
  ]
    .filter(Boolean)
    .join("\n");
}

/** Time between two lines; it says so where that was longer than the step before allows. */
function gapText(before: OrderEvent, event: OrderEvent, steps: Landscape["steps"]): string {
  const step = before.step === undefined ? undefined : steps[before.step];
  const gap = event.at - before.at;
  const within = before.kind === "taken" || !step?.message ? step?.next?.within : step.message.within;
  const late = within !== undefined && gap > parseDuration(within) ? `, LATE: ${within} allowed` : "";
  return `${durationText(Math.max(gap, 0))}${late}`;
}

/** Address of a trace, for a browser. */
function traceLink(url: string, trace: string): string {
  return `${url}/trace/${trace}`;
}

/** The chain for programs: times in ISO 8601, each event with its link. */
export function chainData({ events, verdict, ...chain }: Chain, { url }: Pick<Scope, "url">) {
  const iso = (at: number) => new Date(at).toISOString();
  return {
    ...chain,
    verdict: { ...verdict, since: verdict.since === undefined ? undefined : iso(verdict.since) },
    events: events.map((event) => ({
      ...event,
      at: iso(event.at),
      end: iso(event.end),
      link: traceLink(url, event.trace),
    })),
  };
}

/** The orders that stand too long. */
export function stuckText({ view, since, looked, orders, cut }: Stuck, scope: Scope): string {
  const { steps } = scope.landscape;
  const table = new Table({ head: ["order", "last step", "since (UTC)", "allowed", "where it stands", "sure"], style });
  for (const { order, verdict } of orders) {
    table.push([
      order,
      steps[verdict.step ?? ""]?.title ?? "",
      timeText(verdict.since ?? 0),
      verdict.allowed === undefined ? "lost" : durationText(verdict.allowed),
      verdict.text.replace(" since ", "\nsince ").replace("; ", ";\n"),
      verdict.doubt ? "no" : "yes",
    ]);
  }
  const doubts = new Set(orders.flatMap(({ verdict }) => verdict.doubt ?? []));
  return [
    ...(orders.length > 0 ? [table.toString()] : []),
    `${orders.length} of ${looked} orders in view ${view} stand longer than their step allows; seen since ${timeText(Date.parse(since))}.`,
    ...[...doubts].map((doubt) => `doubt: ${doubt}`),
    ...hiddenNote(scope).map((note) => `note: ${note}`),
    ...cut.map((note) => `cut: ${note}; --depth reads more, --since less time`),
    ...orders.flatMap(({ order, verdict }) =>
      verdict.trace ? [`${order}: ${traceLink(scope.url, verdict.trace)}`] : [],
    ),
  ].join("\n");
}

/** What was searched for an order that nobody knows, and why it may not be there. */
export function nothingText(
  order: string,
  { searched, silent }: Pick<Found, "searched" | "silent">,
  scope: Scope,
  { since }: Pick<Window, "since">,
  { retentionDays, sampling }: Pick<Settings, "retentionDays" | "sampling">,
): string {
  const shares = [sampling.percent, ...Object.values(sampling.services).filter((share) => share !== undefined)];
  const off = scope.landscape.off.services.map(({ id }) => id);
  return [
    `No trace of order ${order} in the view ${scope.view}.`,
    `searched: spans of ${searched.join(", ") || "no service"} with ${attributes.orderId} ${order}, since ${timeText(since)}`,
    "It may be that",
    "- the id is not the order's: compare it letter by letter (upper and lower case make no difference)",
    `- it is older: traces are kept for ${retentionDays} days, and this search began at ${timeText(since)}`,
    ...(Math.min(...shares) < 100
      ? [
          `- its traces were not kept: of ordinary ones this stack keeps ${Math.min(...shares)} to ${Math.max(...shares)} %`,
        ]
      : []),
    "- it is too young: a span is seen some seconds after it ended; an order that was only placed has no id in a path yet",
    ...off.map((id) => `- ${id} is switched off in this stack`),
    ...silent.map((id) => `- ${id} is not traced: the view has no span of it at all; npm run verify says more`),
    ...hiddenNote(scope).map((note) => `- ${note}`),
  ].join("\n");
}

function timeText(at: number): string {
  return new Date(at)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "");
}
