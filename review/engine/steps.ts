import { isDeepStrictEqual } from "node:util";
import type { EngineEvent, StepEventMetadata, StepEventStateMetadata } from "@pulumi/pulumi/automation/index.js";

/** What happens to a resource. */
export type Operation = "create" | "update" | "replace" | "delete" | "same";

/** The inputs of a resource, as the engine logs them. */
export type Inputs = Record<string, unknown>;

/** One resource, and what is to happen to it. */
export interface Step {
  readonly operation: Operation;
  readonly urn: string;
  /** For example `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  readonly name: string;
  /** Names of the components that it is in, from the top. */
  readonly components: readonly string[];
  /** Inputs before; undefined for what is made. */
  readonly before: Inputs | undefined;
  /** Inputs after; undefined for what is deleted. */
  readonly after: Inputs | undefined;
  /** Keys of the inputs that force a replacement. */
  readonly replacedFor: readonly string[];
}

/** What a policy says of a resource, or of the whole stack. */
export interface PolicyFinding {
  readonly policy: string;
  /** `mandatory` refuses; `advisory` says something only. */
  readonly level: "mandatory" | "advisory";
  readonly severity: string | undefined;
  readonly message: string;
  /** Undefined for the whole stack. */
  readonly resource: { readonly urn: string; readonly name: string } | undefined;
}

/** One run of the engine. */
export interface EngineRun {
  readonly steps: readonly Step[];
  readonly findings: readonly PolicyFinding[];
  /** Errors of the program, of a provider or of the engine. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** The name of a resource: what stands last in its URN. */
export const nameOf = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

/** The engine writes colours into texts, as `<{%fg 1%}>`. */
const plain = (text: string): string => text.replaceAll(/<\{%.*?%\}>/g, "").trim();

/** Without the end of the log nobody knows what is missing: half a preview must not look like a small one. */
const unfinished =
  "The engine's log has no end: it stopped, or the program of engine.command does not hand its environment and arguments on.";

const inputsOf = (state: StepEventStateMetadata | null | undefined): Inputs | undefined => state?.inputs ?? undefined;

/** A component is a name for its resources, and nothing by itself. */
export const isResource = ({ type }: { readonly type: string }): boolean =>
  /^(?:kubernetes|vault|elasticstack|pulumi:providers):/.test(type);

const isStack = (urn: string): boolean => urn.includes("::pulumi:pulumi:Stack::");

/** Reads what the engine has logged: its steps, each resource once, in the order of their URNs. */
export function readRun(events: readonly EngineEvent[]): EngineRun {
  const logged = new Map<string, StepEventMetadata[]>();
  for (const { resourcePreEvent } of events) {
    // What is read first, see `readRefresh`, is no step.
    if (!resourcePreEvent || resourcePreEvent.metadata.op === "refresh") continue;
    const { metadata } = resourcePreEvent;
    logged.set(metadata.urn, [...(logged.get(metadata.urn) ?? []), metadata]);
  }
  const parents = new Map(
    [...logged].map(([urn, [first]]) => [urn, (first!.new ?? first!.old)?.parent ?? ""] as const),
  );
  const componentsOf = (urn: string): string[] => {
    const parent = parents.get(urn) ?? "";
    return parent === "" || isStack(parent) ? [] : [...componentsOf(parent), nameOf(parent)];
  };
  const diagnostics = events.flatMap(({ diagnosticEvent }) => (diagnosticEvent ? [diagnosticEvent] : []));
  const messages = (severity: string) => [
    ...new Set(
      diagnostics
        .filter((event) => event.severity === severity && !event.ephemeral)
        .map(({ urn, message }) => `${urn && !isStack(urn) ? `${nameOf(urn)}: ` : ""}${plain(message)}`),
    ),
  ];
  return {
    steps: [...logged]
      .filter(([urn]) => !isStack(urn))
      .flatMap(([urn, all]) => stepOf(urn, all, componentsOf(urn)) ?? [])
      .sort((a, b) => (a.urn < b.urn ? -1 : 1)),
    findings: events.flatMap(({ policyEvent }) => {
      if (!policyEvent) return [];
      const { policyName, enforcementLevel, message, resourceUrn } = policyEvent;
      // The types of the SDK know of no severity; the engine has one.
      const { severity } = policyEvent as { severity?: string };
      const level = enforcementLevel === "mandatory" ? "mandatory" : "advisory";
      const resource =
        resourceUrn && !isStack(resourceUrn) ? { urn: resourceUrn, name: nameOf(resourceUrn) } : undefined;
      return [{ policy: policyName, level, severity, message: said(message), resource } as const];
    }),
    errors: [...messages("error"), ...(events.some(({ summaryEvent }) => summaryEvent) ? [] : [unfinished])],
    warnings: messages("warning"),
  };
}

/** The first line describes the policy; the others say what is wrong here. */
function said(message: string): string {
  const [description = "", ...rest] = plain(message).split("\n");
  return rest.length > 0 ? rest.join("\n") : description;
}

function stepOf(urn: string, all: readonly StepEventMetadata[], components: readonly string[]): Step | undefined {
  const with_ = (...operations: string[]) => all.find(({ op }) => operations.includes(op));
  // A replacement is logged three times: as the new one, as the replacement, and as the end of the old one.
  const replacement = with_("replace", "create-replacement", "delete-replaced");
  const found = replacement ?? with_("create", "update", "delete", "same", "import");
  if (!found) return undefined;
  const { op, type, keys = [] } = found;
  const before = all.map((one) => inputsOf(one.old)).find(Boolean);
  const after = all.map((one) => inputsOf(one.new)).find(Boolean);
  const operation = replacement ? "replace" : op === "import" ? "create" : (op as Operation);
  return {
    // The engine updates a provider whose settings are the same, since what is in its state is written otherwise.
    operation: operation === "update" && isDeepStrictEqual(before, after) ? "same" : operation,
    urn,
    type,
    name: nameOf(urn),
    components,
    before: operation === "create" ? undefined : before,
    after: operation === "delete" ? undefined : after,
    replacedFor: [...new Set([...keys, ...all.flatMap((one) => one.keys ?? [])])],
  };
}
