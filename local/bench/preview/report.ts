import Table from "cli-table3";
import { spreadOf, type Spread } from "../pipeline/report.ts";
import type { MeasuredSize } from "./measure.ts";
import { variants, type Variant } from "./variants.ts";

/** What one variant costs with one number of services. */
export interface PreviewResult {
  readonly services: number;
  readonly resources: number;
  readonly variant: Variant;
  /** Of the whole tree of processes, milliseconds. */
  readonly cpuMs: Spread;
  readonly wallMs: Spread;
  /** Times the bare program, turn by turn: both felt the same machine then. */
  readonly cpuRatio: Spread;
  readonly wallRatio: Spread;
}

export function previewResults(measured: readonly MeasuredSize[]): PreviewResult[] {
  return measured.flatMap(({ services, resources, turns }) =>
    variants.map((variant) => ({
      ...{ services, resources, variant },
      cpuMs: spreadOf(turns.map((turn) => turn[variant].cpuMs)),
      wallMs: spreadOf(turns.map((turn) => turn[variant].wallMs)),
      cpuRatio: spreadOf(turns.map((turn) => turn[variant].cpuMs / turn.bare.cpuMs)),
      wallRatio: spreadOf(turns.map((turn) => turn[variant].wallMs / turn.bare.wallMs)),
    })),
  );
}

const range = ({ median, least, most }: Spread, digits: number, by = 1) => {
  const [middle, from, to] = [median, least, most].map((value) => (value / by).toFixed(digits));
  return `${middle} (${from} to ${to})`;
};

export function previewTable(results: readonly PreviewResult[]): string {
  const table = new Table({
    head: ["services", "resources", "program", "s of CPU", "times bare", "s", "times bare"],
    style: { head: [], border: [], compact: true },
  });
  for (const { services, resources, variant, cpuMs, cpuRatio, wallMs, wallRatio } of results) {
    table.push([
      ...[services, resources, variant],
      ...[range(cpuMs, 1, 1_000), range(cpuRatio, 2), range(wallMs, 1, 1_000), range(wallRatio, 2)],
    ]);
  }
  return table.toString();
}
