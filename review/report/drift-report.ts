import type { Drift, Remark } from "../drift/drift.ts";
import type { Author } from "../drift/owners.ts";
import type { EngineRun } from "../engine/steps.ts";
import { consequenceSection } from "./consequence-section.ts";
import { differences } from "./differences.ts";
import { code, fenced, html, inline } from "./markdown.ts";
import type { Section } from "./section.ts";

/** What came of a comparison with what is there. */
export type DriftVerdict = "same" | "drift" | "failed";

/** A comparison of a stack with what its last `up` left. */
export interface Comparison {
  readonly stack: string;
  readonly drifts: readonly Drift[];
  readonly remarks: readonly Remark[];
  /** How many resources were read. */
  readonly read: number;
  /** Names of those that could not be. */
  readonly unread: readonly string[];
  /** What an `up` that puts things back would do. */
  readonly run: EngineRun;
}

export function driftVerdictOf({ drifts, read, unread }: Comparison): DriftVerdict {
  if (read === 0 || unread.length > 0) return "failed";
  return drifts.length === 0 ? "same" : "drift";
}

/** By it the report of before is found and replaced. One a stack. */
const marker = (stack: string): string => `<!-- order-tracing drift of ${stack} -->`;

/** The report, with what is to be done first. Never a secret. */
export function driftSections(comparison: Comparison): Section[] {
  const { stack, drifts, remarks, read, run } = comparison;
  const things = `${drifts.length} thing${drifts.length === 1 ? " is" : "s are"} not as the last \`up\` left ${drifts.length === 1 ? "it" : "them"}`;
  const verdicts: Record<DriftVerdict, string> = {
    same: "✅ no drift",
    drift: `⚠️ ${things}`,
    failed: "❌ the comparison failed: what follows is not whole",
  };
  const head = [
    marker(stack),
    `## Tracing in \`${stack}\`: ${verdicts[driftVerdictOf(comparison)]}`,
    `${read} resources were compared with what the cluster, Vault and Elasticsearch have now. Nothing was changed.`,
  ].join("\n\n");
  const up = `npm run up -- --stack ${stack}`;
  return [
    { title: "verdict", body: head, short: head },
    ...errors(comparison),
    ...group("Wiring that was taken away", `An \`up\` puts it back: ${code(up)}`, of(drifts, "up")),
    ...group(
      "Changed or deleted by hand",
      `This \`up\` reads everything first and puts it back: ${code(`${up} --refresh`)}. To keep a change, write it into the settings instead.`,
      of(drifts, "refresh"),
    ),
    ...group(
      "Added by hand",
      "No `up` takes out what it has not put in. Each has a command that takes out just that, if the object is still as it was read.",
      of(drifts, "commands").filter(({ what }) => what !== "stranger"),
    ),
    ...group(
      "Not the stack's, in its namespace",
      "They may open what the stack keeps closed, and `destroy` deletes them with the namespace.",
      drifts.filter(({ what }) => what === "stranger"),
    ),
    ...consequences(run, drifts),
    ...remarked(run, drifts, remarks),
  ];
}

const of = (drifts: readonly Drift[], mend: Drift["mend"]) => drifts.filter((drift) => drift.mend === mend);

function errors({ unread, run }: Comparison): Section[] {
  const lines = [
    ...few(run.errors.map((error) => `<pre>${html(error)}</pre>`)),
    ...(unread.length > 0 ? [`${unread.length} not read: ${few(unread.map(code)).join(", ")}.`] : []),
  ];
  return lines.length > 0 ? [{ title: "errors", body: ["### Errors", ...lines].join("\n\n") }] : [];
}

/** The first ones say it: one back end that is away is an error of each of its resources. */
const few = (items: readonly string[]): string[] =>
  items.length <= 5 ? [...items] : [...items.slice(0, 5), `and ${items.length - 5} more`];

function group(title: string, how: string, drifts: readonly Drift[]): Section[] {
  if (drifts.length === 0) return [];
  const heading = `### ${title}\n\n${how}`;
  return [
    {
      title: title.toLowerCase(),
      body: [heading, ...drifts.map(item)].join("\n\n"),
      short: [heading, drifts.map((drift) => `- ${said(drift)}`).join("\n")].join("\n\n"),
    },
  ];
}

function item(drift: Drift): string {
  const lines = differences(drift.before, drift.after);
  return [
    `- ${said(drift)}`,
    ...(drift.what === "changed" && lines.length > 0 ? [fenced(lines)] : []),
    ...(drift.commands.length > 0 ? [fenced(drift.commands, "sh")] : []),
  ]
    .join("\n\n")
    .replaceAll("\n", "\n  ")
    .replaceAll(/^ +$/gm, "");
}

const whats: Record<Drift["what"], string> = {
  deleted: "is gone",
  changed: "was changed",
  unwired: "is not traced any more",
  stranger: "stands there",
};

function said({ kind, subject, what, lacks = [], by, mend }: Drift): string {
  const missing = what === "unwired" ? `; missing: ${lacks.map(inline).join(", ") || "all of it"}` : "";
  const subjects = what === "deleted" && mend === "up" ? "the workload is gone" : whats[what];
  return `**${inline(`${kind} ${subject}`)}** ${subjects}${authors(by)}${missing}.`;
}

function authors(by: readonly Author[]): string {
  const names = by.map(({ manager, time }) => `${code(manager)}${time ? ` at ${at(time)}` : ""}`);
  return names.length > 0 ? `, by ${names.join(" and ")}` : "";
}

const at = (time: string): string => time.replace("T", " ").replace(/:\d\dZ$/, " UTC");

/** Only what puts things back; what else an `up` would do stands in its own preview. */
function consequences(run: EngineRun, drifts: readonly Drift[]): Section[] {
  const urns = new Set(drifts.map(({ urn }) => urn));
  const steps = run.steps.filter(({ urn }) => urns.has(urn));
  return consequenceSection({ ...run, steps }).map((section) => ({
    ...section,
    body: section.body.replace(/^### .*/, "### What putting it back means for running services"),
  }));
}

function remarked(run: EngineRun, drifts: readonly Drift[], remarks: readonly Remark[]): Section[] {
  const urns = new Set(drifts.map(({ urn }) => urn));
  const waiting = run.steps.filter(({ operation, urn }) => operation !== "same" && !urns.has(urn)).length;
  const lines = [
    ...(waiting > 0
      ? [`- The files say something new of ${waiting} more: any \`up\` applies that as well. See \`npm run preview\`.`]
      : []),
    ...remarks.map(({ subject, text }) => `- ${code(subject)}: ${text}.`),
    ...run.warnings.map((warning) => `- The engine warns: ${inline(warning)}`),
    ...(drifts.some(({ by }) => by.length === 0)
      ? [
          "- Where nobody is named, nobody keeps it: Kubernetes does not for what was deleted, Vault and Elasticsearch only in their audit logs.",
        ]
      : []),
  ];
  return lines.length > 0 ? [{ title: "remarks", body: ["### Good to know", lines.join("\n")].join("\n\n") }] : [];
}
