import type { Step } from "../engine/steps.ts";
import { at, kindOf, text } from "./consequence.ts";

/** What a lifecycle policy is of. */
export type Kept = "traces" | "lists" | "records";

/** What the policy of a step is of, by the name that the store gives it; undefined for what is no such policy. */
export function keptBy(step: Step): Kept | undefined {
  if (kindOf(step) !== "ElasticsearchIndexLifecycle") return undefined;
  const [, kind] = /-lifecycle-(service|audit)$/.exec(step.name) ?? [];
  if (kind === undefined) return "traces";
  return kind === "service" ? "lists" : "records";
}

const hoursOf = (time: unknown): number | undefined => {
  const [, count, unit] = /^(\d+)([dh])$/.exec(text(time) ?? "") ?? [];
  return count === undefined ? undefined : Number(count) * (unit === "d" ? 24 : 1);
};

/**
 * How old a document becomes by a lifecycle policy, days. Its index is deleted so long after it was closed, and it may have come on
 * the first day of the time for which that one was written.
 *
 * @returns undefined if nothing deletes it.
 */
export function daysKept(policy: unknown): number | undefined {
  const deleted = hoursOf(at(policy, "delete", "minAge"));
  if (deleted === undefined) return undefined;
  return ((hoursOf(at(policy, "hot", "rollover", "maxAge")) ?? 0) + deleted) / 24;
}
