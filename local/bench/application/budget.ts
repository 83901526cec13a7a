import { agentMemoryMib, overhead, type Overhead } from "../../../config/overhead.ts";
import { profiles, type Profile } from "../../../config/profiles.ts";
import type { Sizes } from "../../../config/settings/sizes.ts";
import { spreadOf, type Spread } from "../pipeline/report.ts";
import type { Result } from "./isolated.ts";
import type { Seen } from "./measure.ts";

/** What is judged. */
export const costs = [
  "cpuMs",
  "agentCpuMs",
  "memoryMib",
  "agentMemoryMib",
  "copySeconds",
  "startSeconds",
  "p50Ms",
  "p99Ms",
] as const satisfies readonly (keyof Seen)[];
export type Cost = (typeof costs)[number];

/** What one cost is of one profile: with the instrumentation beside without it, turn by turn. */
interface Compared {
  /** Without. */
  readonly off: Spread;
  /** What is added. */
  readonly added: Spread;
  /** How many times as much. Undefined: without, there is none. */
  readonly ratio?: Spread | undefined;
  /** What may be added, and whether half of the turns keep to it. */
  readonly budget: number;
  readonly kept: boolean;
}

export interface RuntimeResult extends Pick<Result, "runtime" | "service"> {
  readonly profile: Profile;
  /** Spans for a request. */
  readonly spans: Spread;
  readonly costs: Readonly<Record<Cost, Compared>>;
}

/**
 * Differences and ratios of each turn, whose variants felt the same machine.
 *
 * @param agent sizes of the agents that were run.
 */
export function compare(results: readonly Result[], agent: Sizes["agent"]): RuntimeResult[] {
  return results.flatMap(({ runtime, service, turns }) =>
    profiles.map((profile) => {
      const budget: Overhead & { agentMemoryMib: number } = {
        ...overhead[runtime][profile],
        agentMemoryMib: agentMemoryMib(profile, agent),
      };
      const compared = (cost: Cost): Compared => {
        const added = spreadOf(turns.map((turn) => turn[profile][cost] - turn.off[cost]));
        const off = spreadOf(turns.map((turn) => turn.off[cost]));
        return {
          ...{ off, added, budget: budget[cost], kept: added.median <= budget[cost] },
          ...(off.least > 0 && { ratio: spreadOf(turns.map((turn) => turn[profile][cost] / turn.off[cost])) }),
        };
      };
      return {
        ...{ runtime, service, profile, spans: spreadOf(turns.map((turn) => turn[profile].spans)) },
        costs: Object.fromEntries(costs.map((cost) => [cost, compared(cost)])) as Record<Cost, Compared>,
      };
    }),
  );
}

/** A line for each cost that is over its budget. */
export function overBudget(results: readonly RuntimeResult[]): string[] {
  return results.flatMap(({ runtime, profile, service, costs: of }) =>
    costs
      .filter((cost) => !of[cost].kept)
      .map((cost) => {
        const { added, budget } = of[cost];
        const where =
          cost === "agentMemoryMib"
            ? "the agent's memory limit, sizes.agent.memoryMib"
            : `overhead.${runtime}.${profile}.${cost} in config/overhead.ts`;
        return `${service} (${runtime}, ${profile}): ${cost} ${added.median.toFixed(2)} (${added.least.toFixed(2)} to ${added.most.toFixed(2)}) is over ${budget}: ${where}`;
      }),
  );
}
