import type { Step } from "../engine/steps.ts";
import { storedBytes } from "../../config/sizing.ts";
import { markdownTable } from "../../lib/markdown-table.ts";
import { estimate, type Estimate, type LoadOf } from "./estimate.ts";
import type { Section } from "./section.ts";

/** Disk and cost before and after. */
export function estimateSection(steps: readonly Step[], load: LoadOf): Section[] {
  const [before, after] = [estimate(steps, "before", load), estimate(steps, "after", load)];
  const rows = rowsOf(before, after).filter(([, old, now]) => old !== "–" || now !== "–");
  if (rows.length === 0) return [];
  const changed = rows.filter(([, old, now]) => old !== now);
  const marked = rows.map(([what, old, now]) => [what, old, old === now ? now : `**${now}**`]);
  const body = [
    "### Storage and cost",
    changed.length === 0 ? "Neither changes." : markdownTable(["", "before", "after"], marked),
    ...(changed.length === 0 ? [] : [notes(after)]),
  ].join("\n\n");
  return [{ title: "storage and cost", body }];
}

type Row = readonly [what: string, before: string, after: string];

function rowsOf(before: Estimate, after: Estimate): Row[] {
  const row = (what: string, of: (from: Estimate) => number | undefined, unit: string): Row => [
    what,
    amount(of(before), unit),
    amount(of(after), unit),
  ];
  return [
    row("CPU that the stack's pods ask for", ({ cpu }) => cpu || undefined, "cores"),
    row("Memory that the stack's pods ask for", ({ memoryMib }) => memoryMib / 1024 || undefined, "GiB"),
    row("Volumes of the stack", ({ diskGib }) => diskGib || undefined, "GiB"),
    row("Kept of ordinary traces", ({ keptPercent }) => keptPercent, "%"),
    row("Traces are kept for", ({ retentionDays }) => retentionDays, "days"),
    after.retentionDays === undefined && before.retentionDays === undefined
      ? row("Stored traces, each day (nothing deletes them)", ({ tracesGib }) => tracesGib, "GiB")
      : row("Stored traces", ({ tracesGib }) => tracesGib, "GiB"),
  ];
}

const amount = (value: number | undefined, unit: string): string =>
  value === undefined ? "–" : `${Number(value.toPrecision(3))} ${unit}`;

function notes({ tracesGib, storeGib, copies, retentionDays, load }: Estimate): string {
  const { spansPerSecond, bytesPerSecond } = load;
  const full =
    tracesGib !== undefined && storeGib !== undefined && retentionDays !== undefined && tracesGib > 0.85 * storeGib;
  return [
    `Stored traces are an estimate: ${spansPerSecond} spans a second from all services together (\`expected\`), ${Math.round(storedBytes(bytesPerSecond / (spansPerSecond || 1)))} bytes each on disk` +
      `${copies > 1 ? `, ${copies} copies` : ""}; errors and slow traces, which are always kept, are not counted in.`,
    ...(full
      ? [`**That is more than the volume of ${storeGib} GiB takes** (Elasticsearch stops writing at 85 to 95 % of it).`]
      : []),
    "Not counted: what is added to the applications' pods, and what an Elasticsearch of the company's own costs.",
  ].join(" ");
}
