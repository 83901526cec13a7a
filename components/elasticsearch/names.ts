import type { Context } from "../../config/context.ts";
import { allView } from "../../lib/names.ts";
import type { AccountPair } from "../vault/account-in-turn.ts";

/** Stands for the dots in the name of a tag, which would be objects inside of each other. */
export const tagDot = "@";

/** The kinds of indices that Jaeger writes. */
export const indexKinds = ["span", "service"] as const;
type IndexKind = (typeof indexKinds)[number];

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
  /** Role of a group's Jaeger collector: adds documents to the group's indices. */
  writer: (group: string) => string;
  /** Role of a view's Jaeger query: reads the view's indices. */
  reader: (view: string) => string;
  /** Of the records of who read which trace. They are no traces, and no view shows them. */
  audit: {
    /** Name of the template, and prefix of its indices. */
    indices: string;
    /** Through this name the proxies add records. */
    writeAlias: string;
    /** Through this name they are read. */
    readAlias: string;
    /** Role that adds records. It can neither read nor change nor delete one. */
    writer: string;
    /** Role that reads them. */
    reader: string;
  };
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
    audit: auditNames(`${own || indexSafe(stack)}-tracing-audit`),
  };
}

function auditNames(indices: string): StoreNames["audit"] {
  return {
    indices,
    writeAlias: `${indices}-write`,
    readAlias: `${indices}-read`,
    writer: `${indices}-writer`,
    reader: `${indices}-reader`,
  };
}

/** How commands read the traces of all groups: as whom, that one's name for people, and where. */
export function allTraces(names: StoreNames) {
  return {
    user: accountsOf(names.reader(allView))[0],
    reader: "the reader of all groups",
    // Whatever begins like the stack's indices, of any group: a group that nobody thinks of any more counts too.
    indices: `${names.prefix("*")}-jaeger-*`,
  };
}

/** Stacks may be named with capitals and underscores; indices may not have the first, nor begin with the second. */
function indexSafe(stack: string): string {
  return stack.toLowerCase().replace(/^[^a-z0-9]+/, "");
}

/** The two users that have a role, in turn: see {@link AccountPair}. */
export function accountsOf(role: string): AccountPair {
  return [`${role}-a`, `${role}-b`];
}

/**
 * Pairs of users whose passwords Vault sets: writers for each group that has a store, readers for each view, and those of the
 * records of who read what.
 */
export function storeAccounts(names: StoreNames, groups: readonly string[], views: readonly string[]): AccountPair[] {
  const { writer, reader, audit } = names;
  return [...groups.map(writer), ...views.map(reader), audit.writer, audit.reader].map(accountsOf);
}
