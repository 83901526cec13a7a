import type { EngineRun } from "../engine/steps.ts";
import { changeSections, countsOf } from "./changes.ts";
import type { LoadOf } from "./estimate.ts";
import { estimateSection } from "./estimate-section.ts";
import { consequenceSection } from "./consequence-section.ts";
import { html, inline } from "./markdown.ts";
import { adviceSection, refusalSection, unjudgedSection } from "./policy-sections.ts";
import type { Section } from "./section.ts";

/** What came of a preview. */
export type Verdict = "accepted" | "refused" | "unchecked" | "failed";

/** A preview of a stack. */
export interface Preview {
  readonly stack: string;
  readonly run: EngineRun;
  /** Of the engine's command line. */
  readonly exitCode: number;
  /** Whether the policy pack was asked. */
  readonly policies: boolean;
  /** What the estimate takes services to send. */
  readonly load: LoadOf;
  /** The plan that was saved: its file, and a checksum by which it is known again. */
  readonly plan?: { readonly file: string; readonly checksum: string } | undefined;
}

export function verdictOf({ run, exitCode, policies }: Preview): Verdict {
  // A finding also ends the engine with an error.
  if (run.findings.some(({ level }) => level === "mandatory")) return "refused";
  if (exitCode !== 0 || run.errors.length > 0) return "failed";
  return policies ? "accepted" : "unchecked";
}

const verdicts: Record<Verdict, string> = {
  accepted: "✅ accepted by the policies",
  refused: "⛔ refused by the policies",
  unchecked: "⚠️ not checked: the policies were not asked",
  failed: "❌ the preview failed: what follows is not whole",
};

/** By it the comment of before is found and replaced. One a stack. */
const marker = (stack: string): string => `<!-- order-tracing preview of ${stack} -->`;

/** The report, most important first. Never a secret: whoever may read the pull request reads it. */
export function reportSections(preview: Preview): Section[] {
  const { stack, run, plan } = preview;
  const verdict = verdictOf(preview);
  const counts = countsOf(run.steps);
  const head = [
    marker(stack),
    `## Tracing in \`${stack}\`: ${verdicts[verdict]}`,
    counts === "" ? "Nothing changes." : counts,
    ...(plan
      ? [
          `Saved as a plan: apply just this with \`npm run up -- --stack ${stack} --plan ${plan.file}\` (checksum \`${plan.checksum}\`).`,
        ]
      : []),
  ].join("\n\n");
  return [
    { title: "verdict", body: head, short: head },
    ...errorSection(run),
    ...refusalSection(run),
    ...consequenceSection(run),
    ...estimateSection(run.steps, preview.load),
    ...unjudgedSection(run, preview.policies),
    ...changeSections(run.steps),
    ...adviceSection(run),
  ];
}

/** What the program, a provider or the engine says is wrong. */
function errorSection({ errors, findings }: EngineRun): Section[] {
  // That a policy refused something stands among the refusals.
  const refused = findings.some(({ level }) => level === "mandatory");
  // What else was under way when something failed was cut off.
  const own = errors
    .map((error) => error.replace(/(?:Preview failed: )?before hook "[^"]*" failed: /, ""))
    .filter((error) => !(refused && /^preview failed$|policy/i.test(error)) && !error.endsWith("context canceled"));
  if (own.length === 0) return [];
  const item = (error: string) => `<pre>${html(error)}</pre>`;
  const body = ["### Errors", ...own.map(item)].join("\n\n");
  return [{ title: "errors", body, short: ["### Errors", inline(own[0]!.slice(0, 500))].join("\n\n") }];
}
