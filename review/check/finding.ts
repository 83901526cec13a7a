import type { LivePatch } from "../../components/wiring/live-patch.ts";
import type { Answer } from "./answer.ts";

/** One thing that was found before anything changes. */
export interface Finding {
  /**
   * `stop`: an `up` would fail or do harm. `note`: worth knowing, nothing fails. `unread`: the run may not read what would
   * tell, so nothing is said of it.
   */
  level: "stop" | "note" | "unread";
  /** What is there, as a sentence. */
  text: string;
  /** Line for the stack file, or what to do. */
  write?: string;
  /** Of `unread`: the run has not what an `up` needs, a right or a way, so an `up` of the same run would fail by it. */
  blocks?: true;
  /** Of `unread`: the run has no right to look. What nobody may read, or could be reached by nobody, is not that. */
  mayNot?: true;
}

/** What was found about one service, the namespace of the stack, or the cluster. */
export interface Subject {
  /** For example `shop-api`, `namespace tracing`, `cluster`. */
  name: string;
  /** What was looked at, for example `Deployment shop/shop-api`. */
  looked: string;
  findings: readonly Finding[];
  /** Of a service whose Deployment could be read: how its patch stands there. */
  patch?: LivePatch;
}

export const stop = (text: string, write?: string): Finding => ({ level: "stop", text, ...(write && { write }) });
export const note = (text: string, write?: string): Finding => ({ level: "note", text, ...(write && { write }) });
/** @param answer that did not tell: its reason ends the sentence. */
export function unread(text: string, answer?: Answer<unknown>): Finding {
  if (answer?.state !== "unread") return { level: "unread", text };
  return { level: "unread", text: `${text}: ${answer.reason}`, ...(answer.mayNot && { mayNot: true }) };
}
/** What the run has no right to look at, in other words than those of who refused it. */
export const mayNotRead = (text: string): Finding => ({ ...unread(text), mayNot: true });
/** Another run may have what this one lacks: a reviewer's preview goes on, an `up` does not begin. */
export const lacking = (text: string, write?: string): Finding => ({
  ...unread(text),
  ...(write && { write }),
  blocks: true,
});

/** `a, b and c`; "none" of nothing. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return "none";
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
