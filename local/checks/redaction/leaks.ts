import type { Gateway } from "./gateway.ts";
import { finderOf, textOf } from "../../../lib/planted/forms.ts";
import { plantedKinds, probes } from "../../../lib/planted/probes.ts";
import { spanWith } from "./spans.ts";

/** What became of the values of a kind in a place. */
export type Outcome = "clean" | "found" | "lost" | "dropped";

/** A service of the catalogue: its spans go to a group's own store. */
const sender = { namespace: "shop", serviceAccount: "shop-api" };

/**
 * Sends every value in every place.
 *
 * @returns the worst outcome by place and kind.
 */
export async function leaks(gateway: Gateway): Promise<Map<string, Map<string, Outcome>>> {
  const order: Outcome[] = ["clean", "dropped", "lost", "found"];
  const table = new Map<string, Map<string, Outcome>>();
  const all = probes().map((probe) => ({ ...probe, span: spanWith(probe.change) }));
  const { received, raw } = await gateway.send(
    all.map(({ span }) => span),
    sender,
  );
  const byTrace = new Map(received.map((one) => [one.traceId, one]));
  for (const { place, kind, secrets, span } of all) {
    const out = byTrace.get(span.traceId);
    const text = textOf(out?.everything ?? "");
    const found = secrets.some((secret) => finderOf(secret)(text));
    const outcome: Outcome = found ? "found" : out ? "clean" : place.dropped ? "dropped" : "lost";
    const row = table.get(place.id) ?? new Map<string, Outcome>();
    const before = row.get(kind) ?? "clean";
    row.set(kind, order.indexOf(outcome) > order.indexOf(before) ? outcome : before);
    table.set(place.id, row);
  }
  // What the fields that are read do not show would show here.
  const hidden = all.filter(({ secrets }) => secrets.some((secret) => raw.includes(secret)));
  if (hidden.length > 0) {
    table.set("anywhere in the raw bytes", new Map(hidden.map(({ kind }) => [kind, "found"])));
  }
  return table;
}

/** The cells of this outcome, as `place: kind`. */
export function cells(table: Map<string, Map<string, Outcome>>, ...outcomes: Outcome[]): string[] {
  return [...table].flatMap(([place, row]) =>
    [...row].filter(([, outcome]) => outcomes.includes(outcome)).map(([kind]) => `${place}: ${kind}`),
  );
}

/** The table for people: one line a place, one column a kind. */
export function printTable(table: Map<string, Map<string, Outcome>>): void {
  const columns = plantedKinds;
  const signs: Record<Outcome, string> = { clean: "·", dropped: "-", lost: "?", found: "X" };
  columns.forEach((kind, index) => console.log(`${" ".repeat(30)}${" |".repeat(index)} ${kind}`));
  for (const [place, row] of table) {
    const line = columns.map((kind) => signs[row.get(kind) ?? "lost"]);
    const shown = columns.map((kind, index) => (row.has(kind) ? line[index] : " "));
    console.log(`${place.padEnd(30)} ${shown.join(" ")}`);
  }
  console.log("· clean   - span dropped   X found   ? span lost   blank: cannot hold it, or is not recognised there");
}
