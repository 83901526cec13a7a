import Table from "cli-table3";
import type { Measured, Turn } from "./measure.ts";
import { tiers } from "./tiers.ts";

/** The middle of some numbers, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** @throws RangeError if there is none. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? NaN;
  if (sorted.length === 0) throw new RangeError("No value has a spread.");
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    least: at(0),
    most: at(sorted.length - 1),
  };
}

/** What a chain costs, and how many times as much as the first one: turn by turn, since both felt the same machine then. */
export interface ChainResult extends Pick<Measured, "id" | "title" | "guarantees"> {
  /** Milliseconds of CPU for 1,000 spans. */
  readonly cpuMs: Readonly<Record<Exclude<keyof Turn, "lost">, Spread>>;
  /** Spans that did not arrive, in all turns together. Its CPU is then that of a chain that does less. */
  readonly lost: number;
  /** Spans a second that one core carries through the whole chain. */
  readonly spansPerCore: number;
  readonly ratio: Spread;
}

export function resultsOf(measured: readonly Measured[]): ChainResult[] {
  const [first] = measured;
  return measured.map(({ turns, ...about }) => {
    const spread = (key: keyof Turn) => spreadOf(turns.map((turn) => turn[key]));
    const cpuMs = {
      ...(Object.fromEntries(tiers.map((tier) => [tier, spread(tier)])) as Record<(typeof tiers)[number], Spread>),
      all: spread("all"),
    };
    return {
      ...about,
      cpuMs,
      lost: turns.reduce((sum, { lost }) => sum + lost, 0),
      spansPerCore: Math.round(1e6 / cpuMs.all.median),
      ratio: spreadOf(turns.map(({ all }, index) => all / first!.turns[index]!.all)),
    };
  });
}

const whole = ({ median, least, most }: Spread) =>
  median === 0 ? "–" : `${median.toFixed(0)} (${least.toFixed(0)} to ${most.toFixed(0)})`;
const fine = ({ median, least, most }: Spread) => `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;

export function tableOf(results: readonly ChainResult[]): string {
  const table = new Table({
    head: ["ms of CPU for 1,000 spans", ...tiers, "all", "times", "spans/s a core", "lost"],
    style: { head: [], border: [], compact: true },
  });
  for (const { id, cpuMs, ratio, spansPerCore, lost } of results) {
    table.push([id, ...tiers.map((tier) => whole(cpuMs[tier])), whole(cpuMs.all), fine(ratio), spansPerCore, lost]);
  }
  return [table.toString(), ...results.map(({ id, title, guarantees }) => `${id}: ${title}. ${guarantees}.`)].join(
    "\n",
  );
}
