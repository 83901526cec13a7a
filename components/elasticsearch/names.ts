import { allView } from "../../lib/names.ts";

/** The kinds of indices that Jaeger writes. */
export const indexKinds = ["span", "service"] as const;
export type IndexKind = (typeof indexKinds)[number];

/** Through this name Jaeger writes. It points to one index, the newest. */
export function writeAlias(group: string, kind: IndexKind): string {
  return `${group}-jaeger-${kind}-write`;
}

/** Through this name Jaeger reads. It covers all indices of the prefix: those of one group, or of all. */
export function readAlias(view: string, kind: IndexKind): string {
  return `${view}-jaeger-${kind}-read`;
}

/** Prefix of the indices of a stack that say who read which trace. They are no traces, and no view shows them. */
export function auditIndex(stack: string): string {
  return `${stack}-tracing-audit`;
}

/** The proxies' records are added through `write`, and read through `read`. */
export function auditAlias(stack: string, way: "write" | "read"): string {
  return `${auditIndex(stack)}-${way}`;
}

/** User and role that adds records of who read what. It can neither read nor change nor delete one. */
export function auditWriterName(stack: string): string {
  return `${auditIndex(stack)}-writer`;
}

/** User and role that reads them. */
export function auditReaderName(stack: string): string {
  return `${auditIndex(stack)}-reader`;
}

/** User and role of a group's Jaeger collector: adds documents to the group's indices. */
export function writerName(group: string): string {
  return `${group}-jaeger-writer`;
}

/** User and role of a view's Jaeger query: reads the view's indices. */
export function readerName(view: string): string {
  return `${view}-jaeger-reader`;
}

/** How commands read the traces of all groups: as whom, that one's name for people, and where. */
export const allTraces = {
  user: readerName(allView),
  reader: "the reader of all groups",
  // Whatever begins like the stack's indices, of any group: a group that nobody thinks of any more counts too.
  indices: "*-jaeger-*",
};
