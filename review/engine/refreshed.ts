import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { isResource, nameOf, type Inputs } from "./steps.ts";

/** A resource as the engine has read it, beside what it knows of it from the last `up`. */
export interface Refreshed {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Inputs as they were applied. */
  readonly recorded: Inputs;
  /** The same inputs as they are now; undefined: it is gone. A provider leaves out what it was not told to set. */
  readonly live: Inputs | undefined;
  /** All that the provider has read. Of Kubernetes the whole object, also other people's: never to be shown. */
  readonly object: Inputs | undefined;
  /** Paths in which the engine sees a difference. */
  readonly differing: readonly string[];
}

/** What came of reading all resources. */
export interface Refresh {
  readonly resources: readonly Refreshed[];
  /** Names of those that could not be read. */
  readonly unread: readonly string[];
}

/** Reads what the engine has logged of `preview --refresh`: each resource once, in the order of their URNs. */
export function readRefresh(events: readonly EngineEvent[]): Refresh {
  const begun = events.flatMap(({ resourcePreEvent: pre }) => (pre?.metadata.op === "refresh" ? [pre.metadata] : []));
  const ended = events.flatMap(({ resOutputsEvent: end }) => (end?.metadata.op === "refresh" ? [end.metadata] : []));
  const read = new Set(ended.map(({ urn }) => urn));
  return {
    resources: ended
      .filter(isResource)
      .map(({ urn, type, old, new: now, detailedDiff, diffs }) => ({
        urn,
        type,
        name: nameOf(urn),
        recorded: old?.inputs ?? {},
        live: now?.inputs,
        object: now?.outputs,
        differing: [...new Set([...Object.keys(detailedDiff ?? {}), ...(diffs ?? [])])],
      }))
      .sort((a, b) => (a.urn < b.urn ? -1 : 1)),
    unread: begun.filter(({ urn }) => !read.has(urn)).map(({ urn }) => nameOf(urn)),
  };
}
