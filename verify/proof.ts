import type { CatalogueEdge } from "../config/model.ts";
import { viewOf, type Edge, type Landscape } from "../config/landscape.ts";
import { attributes } from "../lib/attributes.ts";
import { allView } from "../lib/names.ts";
import { linkedOnly, witnesses, type Witness } from "./edges.ts";
import type { Search, View } from "../lib/jaeger/client.ts";
import { orderOf } from "../lib/jaeger/read.ts";
import { clockSkewMs } from "../lib/time.ts";
import { spanKind, tracesOf, type Span, type Trace } from "../lib/jaeger/span.ts";

export interface ProofOptions {
  /** Only what began at or after this time counts, milliseconds since 1970. */
  since: number;
  /** Traces per question to Jaeger, the newest. */
  depth: number;
  /** Order ids that may prove a join. Default: any. */
  orders?: readonly string[];
  /** Says what is being done. */
  progress?: (message: string) => void;
}

/** What was found of one edge. */
export interface EdgeResult {
  id: string;
  kind: CatalogueEdge["kind"];
  /** `off`: a service at its end is switched off, it was not looked for. */
  state: "seen" | "missing" | "off";
  /** Its absence fails the proof. */
  required: boolean;
  /** The view in which it was looked for. */
  view?: string;
  /** Visibility groups of the spans that prove it. */
  groups: string[];
  /** Occurrences found. Not the traffic: the search stops at `depth`. */
  count: number;
  /** The newest occurrence: one trace id, or those of the two joined traces. */
  traces: string[];
  joinedBy?: { attribute: typeof attributes.orderId; value: string };
  /** Time of the oldest and of the newest occurrence found, ISO 8601. */
  first?: string;
  last?: string;
  /** Why it may be missing. */
  hint?: string;
}

export interface Proof {
  /** All required edges are seen, and no view shows what it must not. */
  ok: boolean;
  since: string;
  until: string;
  edges: EdgeResult[];
  /** Views that show spans of other groups. */
  leaks: string[];
  /** Where the search was cut, so that more may exist than was found. */
  cut: string[];
}

/** Names of spans that one service may be searched by, when a plain search is cut. */
const maxOperations = 40;
/** Traces per precise question. One is enough for a proof, but not every trace of a name or order has the edge. */
const closerDepth = 5;
/** Orders of the later service that are looked for at the earlier one, when a plain search is cut. */
const maxOrders = 20;

/**
 * Asks the views for the newest spans of every service and decides which edges they prove.
 * An edge inside one group is looked for in the view of that group, one between groups in the view over all.
 *
 * @throws AskError if a view cannot be asked.
 */
export async function prove(
  landscape: Landscape,
  view: (name: string) => View,
  { since, depth, orders, progress = () => undefined }: ProofOptions,
): Promise<Proof> {
  const until = Date.now() + clockSkewMs;
  const plan = searchPlan(landscape);
  progress(`reading the views ${[...plan.keys()].join(", ")}`);
  const answers = await Promise.all(
    [...plan].map(
      async ([name, services]) =>
        [name, await searchView(view(name), name, services, { since, until, depth })] as const,
    ),
  );
  const found = new Map<string, Found>(answers);
  const judge = (edge: Edge) =>
    judgeEdge(edge, found.get(viewOf(edge.definition, groupsOf(landscape)))!, landscape, since, orders);

  // A cut answer holds the newest traces only: a rare edge is looked for by more precise questions before it is missing.
  const rare = landscape.edges.filter((edge) => edge.required && judge(edge).state === "missing");
  for (const [name, edges] of Map.groupBy(rare, ({ definition }) => viewOf(definition, groupsOf(landscape)))) {
    if (found.get(name)!.cut.size === 0) continue;
    progress(`view ${name}: closer search for ${edges.map(({ id }) => id).join(", ")}`);
    await searchCloser(view(name), found.get(name)!, edges, { since, until, depth, orders });
  }

  const edges = [...landscape.edges.map(judge), ...landscape.off.edges.map(edgeOff)];
  const leaks = [...found].flatMap(([name, answer]) => (name === allView ? [] : leaksOf(name, answer, landscape)));
  return {
    ok: leaks.length === 0 && edges.every(({ required, state }) => !required || state === "seen"),
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    edges,
    leaks,
    cut: [...found].flatMap(([name, answer]) =>
      [...answer.cut].map((service) => `view ${name}, ${service}: only the newest ${depth} traces were read`),
    ),
  };
}

/** What a view has shown so far. */
interface Found {
  view: string;
  services: string[];
  spans: Span[];
  /** Services of which there are more traces than were asked for. */
  cut: Set<string>;
}

type Window = Pick<Search, "since" | "until" | "depth">;

async function searchView(view: View, name: string, services: Set<string>, window: Window): Promise<Found> {
  const found: Found = { view: name, services: await view.services(), spans: [], cut: new Set() };
  for (const service of services) {
    const spans = await view.find({ service, ...window });
    found.spans.push(...spans);
    if (tracesOf(spans).length >= window.depth) found.cut.add(service);
  }
  return found;
}

async function searchCloser(
  view: View,
  found: Found,
  edges: readonly Edge[],
  { orders, ...window }: Window & Pick<ProofOptions, "orders">,
): Promise<void> {
  const find = async (search: Pick<Search, "service" | "operation" | "attributes">) => {
    found.spans.push(...(await view.find({ ...window, ...search, depth: closerDepth })));
  };
  for (const service of new Set(edges.flatMap(({ definition }) => decisiveEnds(definition)))) {
    if (!found.cut.has(service)) continue;
    const operations = (await view.operations(service)).slice(0, maxOperations);
    for (const operation of operations) await find({ service, operation });
  }
  for (const { definition } of edges) {
    if (definition.kind !== "join") continue;
    // Known orders of the later service are looked for at the earlier one; given orders at both.
    const services = (orders ? [definition.from, definition.to] : [definition.from]).filter((id) => found.cut.has(id));
    for (const order of services.length > 0
      ? (orders ?? ordersOf(found.spans, definition.to)).slice(0, maxOrders)
      : []) {
      for (const service of services) await find({ service, attributes: { [attributes.orderId]: order } });
    }
  }
}

/** Services whose traces decide about an edge. The trace of a consumer holds its producer. */
function decisiveEnds(edge: CatalogueEdge): string[] {
  return edge.kind === "message" ? [edge.to] : serviceEnds(edge);
}

function ordersOf(spans: readonly Span[], service: string): string[] {
  const own = spans.filter((span) => span.service === service).sort((a, b) => b.start - a.start);
  return [...new Set(own.map(orderOf).filter((order) => order !== undefined))];
}

/** Which services have to be searched in which view. Every group that has a traced service is asked, for its isolation. */
function searchPlan(landscape: Landscape): Map<string, Set<string>> {
  const plan = new Map<string, Set<string>>();
  const add = (view: string, service: string) => plan.set(view, (plan.get(view) ?? new Set()).add(service));
  landscape.services.forEach(({ id, group }) => add(group, id));
  landscape.edges.forEach(({ definition }) => {
    serviceEnds(definition).forEach((service) => add(viewOf(definition, groupsOf(landscape)), service));
  });
  return plan;
}

function serviceEnds(edge: CatalogueEdge): string[] {
  switch (edge.kind) {
    case "request":
      return [edge.to];
    case "store":
      return [edge.from];
    default:
      return [edge.from, edge.to];
  }
}

/** The groups of a stack's services, for {@link viewOf}. */
function groupsOf({ services }: Landscape): (id: string) => string | undefined {
  const groups = new Map(services.map(({ id, group }) => [id, group]));
  return (id) => groups.get(id);
}

function judgeEdge(
  { id, definition, required }: Edge,
  { view, spans }: Found,
  landscape: Landscape,
  since: number,
  orders?: readonly string[],
): EdgeResult {
  const traces = tracesOf(spans);
  const proofs = witnesses(definition, traces, landscape, { since, orders });
  const common = { id, kind: definition.kind, required, view, count: proofs.length };
  const [oldest, newest] = [proofs.reduce(earlier, proofs[0]), proofs.reduce(later, proofs[0])];
  if (!oldest || !newest) {
    return { ...common, state: "missing", groups: [], traces: [], hint: hintFor(definition, traces, landscape, view) };
  }
  return {
    ...common,
    state: "seen",
    groups: unique(newest.spans.map(({ group }) => group ?? "none")),
    traces: unique(newest.spans.map(({ traceId }) => traceId)),
    joinedBy: newest.orderId === undefined ? undefined : { attribute: attributes.orderId, value: newest.orderId },
    first: new Date(oldest.at).toISOString(),
    last: new Date(newest.at).toISOString(),
  };
}

const earlier = (a: Witness | undefined, b: Witness) => (a && a.at <= b.at ? a : b);
const later = (a: Witness | undefined, b: Witness) => (a && a.at >= b.at ? a : b);
const unique = (list: readonly string[]) => [...new Set(list)];

function hintFor(edge: CatalogueEdge, traces: readonly Trace[], landscape: Landscape, view: string): string {
  const spans = traces.flatMap((trace) => trace.spans);
  const silent = serviceEnds(edge).filter((id) => !spans.some(({ service }) => service === id));
  if (silent.length > 0) return `view ${view} has no span of ${silent.join(" and ")} in this time`;
  const strange = landscape.services.find(
    ({ id, group }) => serviceEnds(edge).includes(id) && spans.some((s) => s.service === id && s.group !== group),
  );
  if (strange)
    return `spans of ${strange.id} do not carry ${attributes.group}=${strange.group}: the gateway did not recognise it`;
  if (edge.kind === "join") return `no ${attributes.orderId} is on spans of both ${edge.from} and ${edge.to}`;
  if (edge.kind === "message") {
    const count = (service: string, kind: number) =>
      spans.filter((span) => span.service === service && span.kind === kind).length;
    const counts = `${count(edge.from, spanKind.producer)} producer spans of ${edge.from}, ${count(edge.to, spanKind.consumer)} consumer spans of ${edge.to}`;
    return linkedOnly(traces, edge)
      ? `${counts}; they are joined by span links, not by parents: the consumer must continue the trace`
      : `${counts}, but no consumer below a producer in one trace: is traceparent in the message headers?`;
  }
  return edge.kind === "store"
    ? `${edge.from} has spans, but no client span whose server.address is ${edge.to}`
    : `${edge.to} has spans, but no server span of a request from outside, health checks apart`;
}

/** A group's view must show the services of that group, and nothing else. */
function leaksOf(group: string, { services, spans }: Found, landscape: Landscape): string[] {
  // Yesterday's spans of a service that was switched off are still of its group.
  const members = [...landscape.services, ...landscape.off.services].filter((service) => service.group === group);
  const own = new Set(members.map(({ id }) => id));
  const foreign = unique([...services, ...spans.map(({ service }) => service)]).filter((service) => !own.has(service));
  const stamped = unique(
    spans.filter((span) => own.has(span.service) && span.group !== group).map((span) => span.group ?? "none"),
  );
  return [
    ...foreign.map(
      (service) => `view ${group} shows the service ${service || "(no name)"}, which is not of group ${group}`,
    ),
    ...stamped.map((other) => `view ${group} shows spans with ${attributes.group} ${other}`),
  ];
}

function edgeOff({ id, definition }: Edge): EdgeResult {
  return { id, kind: definition.kind, state: "off", required: false, groups: [], count: 0, traces: [] };
}
