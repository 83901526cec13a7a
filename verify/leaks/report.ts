import Table from "cli-table3";
import { plantedKinds } from "../../lib/planted/probes.ts";
import { exitCodes } from "../../lib/command-line.ts";
import type { Leaks } from "./check.ts";
import { leastLength } from "./traffic.ts";

/** Findings of a kind are listed up to here; the table counts all. */
const listed = 20;

/** The check for people: what became of what was planted, place by kind, and what is wrong. */
export function reportLeaks(leaks: Leaks): string {
  return [groupTable(leaks), cellTable(leaks), ...summary(leaks)].join("\n");
}

function groupTable({ groups }: Leaks): string {
  const table = new Table({
    head: ["group", "through the agent of", "planted", "stored", "lost"],
    style: { head: [], border: [], compact: true },
  });
  table.push(...groups.map(({ group, service, planted, arrived, lost }) => [group, service, planted, arrived, lost]));
  return table.toString();
}

/** One line a place, one column a kind, its name downwards: twenty kinds have to fit beside each other. */
function cellTable({ cells }: Leaks): string {
  const edges = ["top", "top-left", "top-right", "bottom", "bottom-left", "bottom-right", "left", "right"];
  const inner = ["top-mid", "bottom-mid", "mid", "left-mid", "mid-mid", "right-mid"];
  const table = new Table({
    head: ["place", ...plantedKinds.map((kind) => [...kind].join("\n"))],
    chars: { ...Object.fromEntries([...edges, ...inner].map((name) => [name, ""])), middle: " " },
    colAligns: ["left", ...plantedKinds.map(() => "right" as const)],
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const [place, row] of Map.groupBy(cells, (cell) => cell.place)) {
    table.push([
      place,
      ...plantedKinds.map((kind) => {
        const cell = row.find((one) => one.kind === kind);
        if (!cell) return "";
        if (cell.found > 0) return `${cell.found}!${cell.planted}`;
        if (cell.arrived === 0) return "-";
        return cell.arrived < cell.planted ? `${cell.arrived}/${cell.planted}` : String(cell.planted);
      }),
    ]);
  }
  return [
    table.toString(),
    "9: planted 9 times, stored without the value   2!9: found in 2 of 9   8/9: only 8 of 9 are stored   -: none is stored",
    "blank: the place cannot hold it, or it is not recognised there",
  ].join("\n");
}

function summary({ ok, run, indices, groups, cells, findings, masked, traffic }: Leaks): string[] {
  const sum = (of: (one: Leaks["groups"][number]) => number) => groups.reduce((all, one) => all + of(one), 0);
  const found = cells.reduce((all, cell) => all + cell.found, 0);
  const lost = groups.filter((group) => group.lost > 0);
  const documents = Object.values(indices).reduce((all, count) => all + count, 0);
  return [
    `${sum(({ planted }) => planted)} spans planted, ${sum(({ arrived }) => arrived)} stored; correlation.id ${run}.`,
    `${Object.keys(indices).length} indices with ${documents} documents; the planted values were found ${found} times.`,
    `${sum(({ harmless }) => harmless)} harmless values, ${masked.length} of them changed.`,
    ...few(
      findings.map(
        ({ group, place, kind, index, field }) => `leak: group ${group}, ${place}, ${kind}: ${index}, field ${field}`,
      ),
    ),
    ...few(masked.map(({ group, key, value }) => `changed: group ${group}, ${key}: ${JSON.stringify(value)}`)),
    ...lost.map(
      ({ group, service, lost }) =>
        `lost: group ${group}: ${lost} spans did not arrive, so nothing is proven. Ask again with a longer --wait; else see ` +
        `the logs of the agent of ${service}, of gateway, sampler and the group's Jaeger.`,
    ),
    ...trafficSummary(traffic),
    ok ? "No leak." : "NOT clean, or not proven.",
  ];
}

function trafficSummary(traffic: Leaks["traffic"]): string[] {
  if (!traffic) return ["Real traffic was not searched: --customers takes values to look for."];
  const { since, values, tooShort, documents, of, cut, findings } = traffic;
  return [
    `Real traffic since ${since}: ${values} values looked for in ${documents} of ${of} documents, found in ${findings.length} places.`,
    ...(tooShort > 0 ? [`${tooShort} lines are shorter than ${leastLength} characters and were not looked for.`] : []),
    ...few(
      findings.map(
        ({ line, sha256, index, field, documents: count }) =>
          `leak: line ${line} (SHA-256 ${sha256}…): ${index}, field ${field}, ${count} documents`,
      ),
    ),
    ...(cut ? ["cut: not all documents were read. --most reads more, --since less time."] : []),
  ];
}

function few(lines: readonly string[]): string[] {
  return lines.length <= listed
    ? [...lines]
    : [...lines.slice(0, listed), `and ${lines.length - listed} more; see --json`];
}

/** Found is worse than not proven. */
export function leakExitCode({ ok, findings, masked, traffic }: Leaks): number {
  if (ok) return exitCodes.ok;
  const found = findings.length + masked.length + (traffic?.findings.length ?? 0);
  return found > 0 ? exitCodes.found : exitCodes.couldNotAsk;
}
