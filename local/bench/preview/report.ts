import Table from "cli-table3";
import { spreadOf, type Spread } from "../pipeline/report.ts";
import type { MeasuredStack } from "./measure.ts";
import { variants, type Variant } from "./variants.ts";

/** What one variant costs with one stack. */
export interface PreviewResult {
  /** As people call the stack: `prod`, `30 services`. */
  readonly stack: string;
  readonly resources: number;
  readonly variant: Variant;
  /** Of the whole tree of processes, milliseconds. */
  readonly cpuMs: Spread;
  readonly wallMs: Spread;
  /** Times the bare program, turn by turn: both felt the same machine then. */
  readonly cpuRatio: Spread;
  readonly wallRatio: Spread;
}

export function previewResults(measured: readonly MeasuredStack[]): PreviewResult[] {
  return measured.flatMap(({ title: stack, resources, turns }) =>
    variants.map((variant) => ({
      ...{ stack, resources, variant },
      cpuMs: spreadOf(turns.map((turn) => turn[variant].cpuMs)),
      wallMs: spreadOf(turns.map((turn) => turn[variant].wallMs)),
      cpuRatio: spreadOf(turns.map((turn) => turn[variant].cpuMs / turn.bare.cpuMs)),
      wallRatio: spreadOf(turns.map((turn) => turn[variant].wallMs / turn.bare.wallMs)),
    })),
  );
}

export const range = ({ median, least, most }: Spread, digits: number, by = 1): string => {
  const [middle, from, to] = [median, least, most].map((value) => (value / by).toFixed(digits));
  return `${middle} (${from} to ${to})`;
};

export function previewTable(results: readonly PreviewResult[]): string {
  const table = new Table({
    head: ["stack", "resources", "program", "s of CPU", "times bare", "s", "times bare"],
    style: { head: [], border: [], compact: true },
  });
  for (const { stack, resources, variant, cpuMs, cpuRatio, wallMs, wallRatio } of results) {
    table.push([
      ...[stack, resources, variant],
      ...[range(cpuMs, 1, 1_000), range(cpuRatio, 2), range(wallMs, 1, 1_000), range(wallRatio, 2)],
    ]);
  }
  return table.toString();
}
