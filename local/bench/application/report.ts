import Table from "cli-table3";
import { range } from "../preview/report.ts";
import { costs, type Cost, type RuntimeResult } from "./budget.ts";

/** What a cost is called, and how exact it is. */
const titles: Readonly<Record<Cost, readonly [title: string, digits: number]>> = {
  cpuMs: ["application: ms of CPU a request", 2],
  agentCpuMs: ["agent: ms of CPU a request", 2],
  memoryMib: ["application: MiB at most", 0],
  agentMemoryMib: ["agent: MiB at most", 0],
  copySeconds: ["s to copy the instrumentation", 1],
  startSeconds: ["s to the first answer", 1],
  p50Ms: ["ms of half of the answers", 2],
  p99Ms: ["ms of 99 % of them", 1],
};

/** A table for each runtime and profile: medians, with least and most of all turns. */
export function overheadTable(results: readonly RuntimeResult[]): string {
  return results
    .map(({ runtime, service, profile, spans, costs: of }) => {
      const table = new Table({
        head: [`${service} (${runtime}), ${profile}`, "without", "added", "times", "budget", ""],
        style: { head: [], border: [], compact: true },
      });
      for (const cost of costs) {
        const [title, digits] = titles[cost];
        const { off, added, ratio, budget, kept } = of[cost];
        table.push([
          ...[title, range(off, digits), range(added, digits), ratio ? range(ratio, 2) : "–"],
          ...[String(budget), kept ? "" : "over"],
        ]);
      }
      return `${table.toString()}\n${range(spans, 1)} spans a request`;
    })
    .join("\n");
}
