import type { Group } from "../ottl.ts";

/** Texts of a span that are no attributes. */
const places = {
  scope: ["scope.name", "scope.version"],
  span: ["span.name", "span.status.message"],
  spanevent: ["spanevent.name"],
} as const;

/** The attribute that stands in for a text while values are cleaned. */
const standInOf = (path: string) => `redaction.${path}`;

/** Keys of the stand-ins. They must be let through; what claims to be one was taken away before, see `identity.ts`. */
export const standIns: readonly string[] = Object.values(places).flat().map(standInOf);

/** Other texts. Addresses of schemas are not read by Jaeger, and trace states are other vendors' data. */
const emptied: Partial<Record<Group["context"], readonly string[]>> = {
  resource: ["resource.schema_url"],
  scope: ["scope.schema_url"],
  span: ["span.trace_state"],
};

/**
 * The redaction processor cleans attributes only, so that other texts become attributes first. One set of patterns then serves
 * all places, and is run in one go. The place itself is emptied at once: what does not come back from the cleaning is gone, and
 * the processor, which compares each span's name with all harmless shapes though it does nothing with it, has none to compare.
 */
export function exposeGroups(): Group[] {
  return (["resource", "scope", "span", "spanevent"] as const).map((context) => ({
    context,
    statements: [
      ...(emptied[context] ?? []).map((path) => `set(${path}, "") where ${path} != ""`),
      ...(context === "resource" ? [] : places[context]).flatMap((path) => [
        `set(${context}.attributes["${standInOf(path)}"], ${path}) where ${path} != ""`,
        `set(${path}, "")`,
      ]),
    ],
  }));
}

/** Puts the cleaned texts back. A text without its stand-in was not cleaned: it stays empty. */
export function restoreGroups(): Group[] {
  return (["scope", "span", "spanevent"] as const).map((context) => ({
    context,
    statements: places[context].flatMap((path) => [
      `set(${path}, ${context}.attributes["${standInOf(path)}"])`,
      `delete_key(${context}.attributes, "${standInOf(path)}")`,
    ]),
  }));
}
