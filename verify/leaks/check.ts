import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AskError } from "../../lib/ask-error.ts";
import type { ResourceSpans } from "../../lib/planted/otlp.ts";
import { plantedKinds } from "../../lib/planted/probes.ts";
import { planted, type Plan, type Planted } from "./plant.ts";
import type { Store, Stored } from "../../lib/elasticsearch/store.ts";
import { leavesOf, Wanted } from "./stored.ts";
import { searchTraffic, valuesOf, type Traffic } from "./traffic.ts";

/** A group and the way into it. */
export interface Entrance {
  group: string;
  /** The back end beside whose agent the spans are handed in. */
  service: string;
  /** Hands spans to that agent. */
  hand(spans: readonly ResourceSpans[]): Promise<void>;
}

export interface LeakOptions {
  entrances: readonly Entrance[];
  store: Store;
  /** Why no span of a place is to arrive, by id of the place. */
  dropped: ReadonlySet<string>;
  /** How long to wait for the planted spans, milliseconds. */
  wait: number;
  /** Pause between two looks, milliseconds. */
  pause?: number;
  /** Oldest real traffic that is searched, milliseconds since 1970. */
  since: number;
  /** Personal data of real people, one value each. Default: real traffic is not searched. */
  customers?: readonly string[];
  /** Documents of real traffic that are read, at most. */
  most: number;
  progress?: (message: string) => void;
  signal?: AbortSignal;
}

/** What became of the values of a kind in a place, in all groups. */
interface Cell {
  place: string;
  kind: string;
  planted: number;
  arrived: number;
  /** Planted spans in which the value is readable. */
  found: number;
}

/** Where something was found that must not be there. */
interface Finding {
  group: string;
  place: string;
  kind: string;
  index: string;
  field: string;
}

/** A harmless value that is not as it was sent. */
interface Masked {
  group: string;
  key: string;
  value: string;
}

export interface Leaks {
  /** Nothing was found, and all that had to arrive has arrived. */
  ok: boolean;
  /** The id that all planted spans of this run carry. */
  run: string;
  /** Indices that were searched, with the number of their documents. */
  indices: Record<string, number>;
  groups: { group: string; service: string; planted: number; arrived: number; lost: number; harmless: number }[];
  cells: Cell[];
  findings: Finding[];
  masked: Masked[];
  traffic?: Traffic;
}

/**
 * Plants invented personal data in every place of a span, through an agent of every group, and looks for it in the store. What
 * real traffic left is searched for real values.
 */
export async function checkLeaks(options: LeakOptions): Promise<Leaks> {
  const { entrances, store, dropped, progress } = options;
  const values = options.customers && valuesOf(options.customers);
  // First of all whether the store can be read: else spans would be planted for nothing.
  await store.indices();
  const run = randomUUID();
  const plans = entrances.map(({ group }) => planted(group, run, Date.now()));
  progress?.(`planting ${plans.flatMap(all).length} spans in ${entrances.map(({ group }) => group).join(", ")}`);
  await Promise.all(entrances.map((entrance, at) => entrance.hand(all(plans[at]!).map(({ span }) => span))));

  const stored = await arrival(plans, options);
  const cells = new Map<string, Cell>();
  const findings: Finding[] = [];
  for (const one of plans.flatMap(({ probes }) => probes)) {
    const { place, kind, secrets } = one.probe;
    const cell = cells.get(`${place.id}/${kind}`) ?? { place: place.id, kind, planted: 0, arrived: 0, found: 0 };
    cells.set(`${place.id}/${kind}`, cell);
    const documents = stored.get(key(one)) ?? [];
    const wanted = new Wanted(secrets);
    const found = documents.flatMap((document) =>
      wanted.fieldsIn(document).map((field) => ({ index: document.index, field })),
    );
    cell.planted += 1;
    cell.arrived += documents.length > 0 ? 1 : 0;
    cell.found += found.length > 0 ? 1 : 0;
    findings.push(...found.map((where) => ({ group: one.group, place: place.id, kind, ...where })));
  }
  await searchLists(plans, store, cells, findings);
  const masked = plans
    .flatMap(({ controls }) => controls)
    .filter((control) => {
      const documents = stored.get(key(control)) ?? [];
      const survives = ({ source }: Stored) => leavesOf(source).some(({ text }) => text === control.value);
      return documents.length > 0 && !documents.every(survives);
    })
    .map(({ group, key, value }) => ({ group, key, value }));

  const traces = plans.flatMap(traceIds);
  const traffic = values && (await searchTraffic(values, traces, options));
  const groups = entrances.map(({ group, service }, at) => {
    const spans = all(plans[at]!);
    const arrived = spans.filter((span) => stored.has(key(span))).length;
    const lost = expected(plans[at]!, dropped).filter((span) => !stored.has(key(span))).length;
    return { group, service, planted: spans.length, arrived, lost, harmless: plans[at]!.controls.length };
  });
  const clean = findings.length === 0 && masked.length === 0 && (traffic?.findings.length ?? 0) === 0;
  const complete = groups.every(({ lost }) => lost === 0) && !traffic?.cut;
  return {
    ok: clean && complete,
    run,
    indices: Object.fromEntries(await store.indices()),
    groups,
    cells: inOrder([...cells.values()]),
    findings,
    masked,
    ...(traffic && { traffic }),
  };
}

/** Jaeger keeps lists of services and of names of spans beside the traces, without ids: each value is looked for in all of them. */
async function searchLists(plans: readonly Plan[], store: Store, cells: Map<string, Cell>, findings: Finding[]) {
  const place = "lists of services and span names";
  const kinds = plantedKinds.flatMap((kind) => {
    const secrets = plans
      .flatMap(({ probes }) => probes)
      .filter(({ probe }) => probe.kind === kind && probe.place.id === "span name")
      .flatMap(({ probe }) => probe.secrets.filter((secret) => secret.length >= distinctive));
    return secrets.length > 0
      ? [{ kind, count: new Set(secrets).size, wanted: new Wanted([...new Set(secrets)]) }]
      : [];
  });
  for (const { kind, count } of kinds) {
    cells.set(`${place}/${kind}`, { place, kind, planted: count, arrived: count, found: 0 });
  }
  for await (const page of store.pages({ bool: { must_not: [{ exists: { field: "traceID" } }] } })) {
    for (const document of page) {
      for (const { kind, wanted } of kinds) {
        const fields = wanted.fieldsIn(document);
        cells.get(`${place}/${kind}`)!.found += fields.length;
        findings.push(...fields.map((field) => ({ group: "any", place, kind, index: document.index, field })));
      }
    }
  }
}

/** Shorter pieces are in names of other spans by chance. */
const distinctive = 8;

const all = ({ probes, controls }: Plan): Planted[] => [...probes, ...controls];
const traceIds = (plan: Plan) => [...new Set(all(plan).map(({ traceId }) => traceId))];
const key = ({ traceId, spanId }: { traceId: string; spanId: string }) => `${traceId}/${spanId}`;

/** What must arrive: all but what is dropped on purpose. */
function expected({ probes, controls }: Plan, dropped: ReadonlySet<string>): Planted[] {
  return [...probes.filter(({ probe }) => !dropped.has(probe.place.id)), ...controls];
}

/** Cells by kind, in the order of the kinds; places are in their order already. */
function inOrder(cells: Cell[]): Cell[] {
  const places = [...new Set(cells.map(({ place }) => place))];
  return cells.sort(
    (a, b) =>
      places.indexOf(a.place) - places.indexOf(b.place) || plantedKinds.indexOf(a.kind) - plantedKinds.indexOf(b.kind),
  );
}

/** Waits until all planted spans that must arrive are stored, or the time is up. @returns what is stored, by span. */
async function arrival(
  plans: readonly Plan[],
  { store, dropped, wait, pause = 3_000, progress, signal }: LeakOptions,
): Promise<Map<string, Stored[]>> {
  const deadline = Date.now() + wait;
  const query = { terms: { traceID: plans.flatMap(traceIds) } };
  const wanted = plans.flatMap((plan) => expected(plan, dropped));
  for (;;) {
    const last = Date.now() + pause > deadline;
    try {
      const count = await store.count(query);
      progress?.(`${count} of ${wanted.length} planted spans are stored; ${secondsTo(deadline)} s left`);
      if (last || count >= wanted.length) {
        const stored = await read(store, query);
        // A span can be stored twice: the count alone does not say that all are there.
        if (last || wanted.every((span) => stored.has(key(span)))) return stored;
      }
    } catch (error) {
      if (last || !(error instanceof AskError && error.transient)) throw error;
      progress?.(`${error.message}; ${secondsTo(deadline)} s left`);
    }
    await sleep(pause, undefined, { signal });
  }
}

const secondsTo = (deadline: number) => Math.max(0, Math.round((deadline - Date.now()) / 1000));

async function read(store: Store, query: object): Promise<Map<string, Stored[]>> {
  const stored = new Map<string, Stored[]>();
  for await (const page of store.pages(query)) {
    for (const document of page) {
      const { traceID, spanID } = document.source as { traceID?: string; spanID?: string };
      const id = key({ traceId: traceID ?? "", spanId: spanID ?? "" });
      stored.set(id, [...(stored.get(id) ?? []), document]);
    }
  }
  return stored;
}
