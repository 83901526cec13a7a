import { consequencesOf, ranks, type Consequence } from "../consequences/index.ts";
import type { EngineRun } from "../engine/steps.ts";
import { code, inline } from "./markdown.ts";
import type { Section } from "./section.ts";

/** What the change means for running services, worst first; the same of several is said once. */
export function consequenceSection({ steps }: EngineRun): Section[] {
  const all = consequencesOf(steps);
  const changed = steps.some(({ operation }) => operation !== "same");
  if (!changed) return [];
  const title = "### What it means for running services";
  if (all.length === 0) return [{ title: "meaning", body: `${title}\n\nNothing stops, restarts or is deleted.` }];
  const groups = Map.groupBy(all, ({ rank, text }) => `${rank} ${text}`);
  const items = [...groups.values()].map((group) => ({ rank: group[0]!.rank, line: line(group) }));
  const body = (Object.keys(ranks) as (keyof typeof ranks)[])
    .flatMap((rank) => {
      const lines = items.filter((item) => item.rank === rank).map((item) => item.line);
      return lines.length > 0 ? [`**${ranks[rank]}**`, lines.join("\n")] : [];
    })
    .join("\n\n");
  return [
    { title: "meaning", body: `${title}\n\n${body}`, short: `${title}\n\n${all.length} points, see the whole report.` },
  ];
}

function line(group: readonly Consequence[]): string {
  const subjects = [...new Set(group.map(({ subject }) => subject))].sort();
  return `- ${subjects.map(code).join(", ")}: ${inline(group[0]!.text)}`;
}
