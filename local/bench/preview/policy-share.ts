import { spreadOf, type Spread } from "../pipeline/report.ts";
import type { MeasuredStack } from "./measure.ts";
import { range } from "./report.ts";

/** Most that the policies may add to a preview of a stack file, by the clock, milliseconds. */
const goalMs = 3_000;

/** Cores. While others take more, the clock says more of them than of the policies. */
const quietCores = 0.5;

/** What the policies add to a preview, turn by turn: both of a turn felt the same machine. */
export interface PolicyShare {
  readonly stack: string;
  readonly cpuMs: Spread;
  readonly wallMs: Spread;
  /** Cores that were not to be had meanwhile: others on the machine, or on its host, used them. */
  readonly othersCores: number;
  /** Whether the middle is within the goal. Undefined for a stack that has none. */
  readonly verdict?: "holds" | "missed" | "not shown, others used the machine";
}

export function policyShares(measured: readonly MeasuredStack[]): PolicyShare[] {
  return measured.map(({ title: stack, ofFile, turns }) => {
    const added = (key: "cpuMs" | "wallMs") =>
      spreadOf(turns.map(({ ours, "with policies": judged }) => judged[key] - ours[key]));
    const both = turns.flatMap(({ ours, "with policies": judged }) => [ours, judged]);
    const sum = (key: "othersMs" | "wallMs") => both.reduce((all, used) => all + used[key], 0);
    const wallMs = added("wallMs");
    const othersCores = sum("othersMs") / sum("wallMs");
    const within = wallMs.median <= goalMs ? "holds" : "missed";
    return {
      ...{ stack, cpuMs: added("cpuMs"), wallMs, othersCores },
      ...(ofFile && { verdict: othersCores > quietCores ? "not shown, others used the machine" : within }),
    };
  });
}

/** One stack a line. */
export function policyLines(shares: readonly PolicyShare[]): string {
  return shares
    .map(({ stack, cpuMs, wallMs, othersCores, verdict }) => {
      const added = `the policies add ${range(wallMs, 1, 1_000)} s by the clock, ${range(cpuMs, 1, 1_000)} s of CPU`;
      const goal = verdict ? `. At most ${goalMs / 1_000} s by the clock: ${verdict}` : "";
      return `${stack}: ${added}; others used ${othersCores.toFixed(1)} cores meanwhile${goal}`;
    })
    .join("\n");
}
