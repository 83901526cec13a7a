import { kindOf } from "../consequences/index.ts";
import type { EngineRun, PolicyFinding } from "../engine/steps.ts";
import { code, inline } from "./markdown.ts";
import type { Section } from "./section.ts";

/** The policy of the pack that names what it could not see. */
const unjudged = "pack-unjudged";

/** What the policies refuse, worst first. */
export function refusalSection({ findings }: EngineRun): Section[] {
  const refused = findings.filter(({ level }) => level === "mandatory");
  if (refused.length === 0) return [];
  const severities = ["critical", "high", "medium", "low"];
  const rank = ({ severity = "" }: PolicyFinding) =>
    (severities.indexOf(severity) + severities.length + 1) % (severities.length + 1);
  const body = [
    "### Refused",
    [...refused]
      .sort((a, b) => rank(a) - rank(b))
      .map(item)
      .join("\n"),
    how,
  ].join("\n\n");
  const short = ["### Refused", `${refused.length} findings, see the whole report.`].join("\n\n");
  return [{ title: "refusals", body, short }];
}

const how =
  "How to put each right: `docs/policies.md`. If one is right as it is: an exception with an owner and a last day, see `policies/README.md`.";

function item({ policy, severity, resource, message }: PolicyFinding): string {
  const of = resource ? `${code(resource.name)}: ` : "";
  return `- ${severity ? `**${severity}** ` : ""}${of}${inline(message)} (${code(policy)})`;
}

/** What nobody could judge: not a policy, since it is known later only, nor the API server. */
export function unjudgedSection({ findings, steps, warnings }: EngineRun, policies: boolean): Section[] {
  const unknown = findings.filter(({ policy }) => policy === unjudged);
  const patches = steps.filter((step) => step.operation === "create" && kindOf(step).endsWith("Patch"));
  const lines = [
    ...(policies ? [] : ["- Nothing was judged by the policies: they were switched off with `--no-policies`."]),
    ...unknown.map(({ resource, message }) => `- ${resource ? `${code(resource.name)}: ` : ""}${inline(message)}`),
    ...(patches.length > 0
      ? [
          `- ${patches.map(({ name }) => code(name)).join(", ")}: whether the workload takes the patch. The API server is asked when it is applied.`,
        ]
      : []),
    ...warnings.map((warning) => `- The engine warns: ${inline(warning)}`),
  ];
  if (lines.length === 0) return [];
  const title = "### What could not be judged";
  return [
    {
      title: "what could not be judged",
      body: [title, lines.join("\n")].join("\n\n"),
      short: [title, `${lines.length} points, see the whole report.`].join("\n\n"),
    },
  ];
}

/** What policies only remark. */
export function adviceSection({ findings }: EngineRun): Section[] {
  const remarks = findings.filter(({ level, policy }) => level === "advisory" && policy !== unjudged);
  if (remarks.length === 0) return [];
  return [{ title: "remarks", body: ["### Remarks of the policies", remarks.map(item).join("\n")].join("\n\n") }];
}
