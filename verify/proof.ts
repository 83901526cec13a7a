import type { CatalogueEdge } from "../config/model.ts";
import { viewOf, type Edge, type Landscape } from "../config/landscape.ts";
import { attributes } from "../lib/attributes.ts";
import { allView } from "../lib/names.ts";
import { witnesses, type Witness } from "./edges.ts";
import { hintFor, serviceEnds } from "./hint.ts";
import { leaksOf, oldNames } from "./isolation.ts";
import type { Search, View } from "../lib/jaeger/client.ts";
import { orderOf } from "../lib/jaeger/read.ts";
import { clockSkewMs } from "../lib/time.ts";
import { tracesOf, type Span } from "../lib/jaeger/span.ts";

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
  /**
   * `idle`: not one order was seen in any view, so it could not be. `off`: a service at its end is switched off, it was not
   * looked for.
   */
  state: "seen" | "missing" | "idle" | "off";
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
  /** True: the newest occurrence is joined by a span link, as `proof.links` allows. */
  linked?: boolean;
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
  /** What is no fault, and may be asked about. */
  notes: string[];
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
  const rare = landscape.edges.filter((edge) => edge.required && isUnseen(judge(edge)));
  for (const [name, edges] of Map.groupBy(rare, ({ definition }) => viewOf(definition, groupsOf(landscape)))) {
    if (found.get(name)!.cut.size === 0) continue;
    progress(`view ${name}: closer search for ${edges.map(({ id }) => id).join(", ")}`);
    await searchCloser(view(name), found.get(name)!, edges, { since, until, depth, orders });
  }

  const passed = [...found.values()].some(({ spans }) =>
    spans.some((span) => span.start >= since && orderOf(span) !== undefined),
  );
  // Where no order passed, that nothing is seen is no fault of the tracing.
  const idle = (edge: EdgeResult): EdgeResult =>
    edge.state === "missing" && !passed ? { ...edge, state: "idle" } : edge;
  const edges = [...landscape.edges.map(judge).map(idle), ...landscape.off.edges.map(edgeOff)];
  const leaks = [...found].flatMap(([name, answer]) => (name === allView ? [] : leaksOf(name, answer, landscape)));
  const notes = [...found].flatMap(([name, answer]) => (name === allView ? [] : oldNames(name, answer, landscape)));
  return {
    ok: leaks.length === 0 && edges.every(({ required, state }) => !required || state === "seen"),
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    edges,
    leaks,
    notes,
    cut: [...found].flatMap(([name, answer]) =>
      [...answer.cut].map((service) => `view ${name}, ${service}: only the newest ${depth} traces were read`),
    ),
  };
}

/** True: it was looked for in vain. */
export function isUnseen({ state }: Pick<EdgeResult, "state">): boolean {
  return state === "missing" || state === "idle";
}

/** What a view has shown so far. */
export interface Found {
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
  // Their names stay in the store until the retention is over; what they sent in this time is what counts.
  for (const service of name === allView ? [] : found.services.filter((each) => !services.has(each))) {
    found.spans.push(...(await view.find({ service, ...window, depth: 1 })));
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

/** The groups of a stack's services, for {@link viewOf}. */
function groupsOf({ services }: Landscape): (id: string) => string | undefined {
  const groups = new Map(services.map(({ id, group }) => [id, group]));
  return (id) => groups.get(id);
}

function judgeEdge(
  { id, definition, required, links }: Edge,
  { view, spans }: Found,
  landscape: Landscape,
  since: number,
  orders?: readonly string[],
): EdgeResult {
  const traces = tracesOf(spans);
  const proofs = witnesses(definition, traces, landscape, { since, orders, links });
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
    ...(newest.linked && { linked: true }),
    joinedBy: newest.orderId === undefined ? undefined : { attribute: attributes.orderId, value: newest.orderId },
    first: new Date(oldest.at).toISOString(),
    last: new Date(newest.at).toISOString(),
  };
}

const earlier = (a: Witness | undefined, b: Witness) => (a && a.at <= b.at ? a : b);
const later = (a: Witness | undefined, b: Witness) => (a && a.at >= b.at ? a : b);
const unique = (list: readonly string[]) => [...new Set(list)];

function edgeOff({ id, definition }: Edge): EdgeResult {
  return { id, kind: definition.kind, state: "off", required: false, groups: [], count: 0, traces: [] };
}
