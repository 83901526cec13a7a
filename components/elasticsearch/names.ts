import type { Context } from "../../config/context.ts";

/** The kinds of indices that Jaeger writes. */
export const indexKinds = ["span", "service"] as const;
export type IndexKind = (typeof indexKinds)[number];

/** What a stack's things in Elasticsearch are called. */
export interface StoreNames {
  /** What Jaeger puts before the names of the aliases that it uses, without its own `-jaeger-`. */
  prefix: (view: string) => string;
  /** Name of a template, and prefix of its indices. */
  indices: (group: string, kind: IndexKind) => string;
  /** Through this name Jaeger writes. It points to one index, the newest. */
  writeAlias: (group: string, kind: IndexKind) => string;
  /** Through this name Jaeger reads. It covers all indices of the prefix: those of one group, or of all. */
  readAlias: (view: string, kind: IndexKind) => string;
  /** User and role of a group's Jaeger collector: adds documents to the group's indices. */
  writer: (group: string) => string;
  /** User and role of a view's Jaeger query: reads the view's indices. */
  reader: (view: string) => string;
}

/** The names of a stack. In an Elasticsearch that others use too they carry the stack's own: see `indexPrefix`. */
export function storeNames({ stack, settings }: Pick<Context, "stack" | "settings">): StoreNames {
  const { elasticsearch } = settings;
  const own = elasticsearch.mode === "external" ? (elasticsearch.indexPrefix ?? indexSafe(stack)) : "";
  const prefix = (view: string) => (own ? `${own}-${view}` : view);
  const indices = (group: string, kind: IndexKind) => `${prefix(group)}-jaeger-${kind}`;
  return {
    prefix,
    indices,
    writeAlias: (group, kind) => `${indices(group, kind)}-write`,
    readAlias: (view, kind) => `${indices(view, kind)}-read`,
    writer: (group) => `${prefix(group)}-jaeger-writer`,
    reader: (view) => `${prefix(view)}-jaeger-reader`,
  };
}

/** Stacks may be named with capitals and underscores; indices may not have the first, nor begin with the second. */
function indexSafe(stack: string): string {
  return stack.toLowerCase().replace(/^[^a-z0-9]+/, "");
}

/** Names of the users whose passwords Vault sets: a writer for each group that has a store, a reader for each view. */
export function storeUsers(names: StoreNames, groups: readonly string[], views: readonly string[]): string[] {
  return [...groups.map(names.writer), ...views.map(names.reader)];
}
