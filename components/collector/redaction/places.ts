import type { Group } from "./ottl.ts";

/** Texts of a span that are no attributes, and the attributes that stand in for them while values are cleaned. */
const places = {
  scope: { "scope.name": "redaction.scope.name", "scope.version": "redaction.scope.version" },
  span: { "span.name": "redaction.span.name", "span.status.message": "redaction.span.status" },
  spanevent: { "spanevent.name": "redaction.event.name" },
} as const;

/** Keys of the stand-ins. They must be let through; what claims to be one was taken away before, see `identity.ts`. */
export const standIns: readonly string[] = Object.values(places).flatMap((paths) => Object.values<string>(paths));

/** Other texts. Addresses of schemas are not read by Jaeger, and trace states are other vendors' data. */
const emptied: Partial<Record<Group["context"], readonly string[]>> = {
  resource: ["resource.schema_url"],
  scope: ["scope.schema_url"],
  span: ["span.trace_state"],
};

const contexts = ["resource", "scope", "span", "spanevent"] as const;

function standInsOf(context: Group["context"]): [path: string, stand: string][] {
  return context === "resource" ? [] : Object.entries<string>(places[context]);
}

/**
 * The redaction processor cleans attributes only, so that other texts become attributes first. One set of patterns then serves
 * all places, and is run in one go.
 */
export function exposeGroups(): Group[] {
  return contexts.map((context) => ({
    context,
    statements: [
      ...(emptied[context] ?? []).map((path) => `set(${path}, "") where ${path} != ""`),
      ...standInsOf(context).map(
        ([path, stand]) => `set(${context}.attributes["${stand}"], ${path}) where ${path} != ""`,
      ),
    ],
  }));
}

/** Puts the cleaned texts back. A text without its stand-in was not cleaned: it goes. */
export function restoreGroups(): Group[] {
  return (["scope", "span", "spanevent"] as const).map((context) => ({
    context,
    statements: standInsOf(context).flatMap(([path, stand]) => [
      `set(${path}, "")`,
      `set(${path}, ${context}.attributes["${stand}"])`,
      `delete_key(${context}.attributes, "${stand}")`,
    ]),
  }));
}
