import { nameOf, type Inputs, type Step } from "../engine/steps.ts";
import { isRecord } from "../report/shown.ts";

/** Worst first. */
export const ranks = {
  lost: "Is lost",
  away: "Is away for a while",
  restarts: "Restarts",
  reach: "Who reaches what, and who may do what",
  later: "Good to know",
} as const;

export type Rank = keyof typeof ranks;

/** What a step means for somebody who knows the company's services, and nothing of the engine. */
export interface Consequence {
  readonly rank: Rank;
  /** What it is about, as people call it. */
  readonly subject: string;
  /** The rest of the sentence. The same text of several subjects is said once. */
  readonly text: string;
}

/** The inputs that count: those after the change, or of what goes. */
export const inputsOf = ({ before, after }: Step): Inputs => after ?? before ?? {};

/** What is at the end of the keys; a number is a place in a list. */
export function at(value: unknown, ...keys: (string | number)[]): unknown {
  return keys.reduce<unknown>((found, key) => {
    if (typeof key === "number") return Array.isArray(found) ? (found as unknown[])[key] : undefined;
    return isRecord(found) ? found[key] : undefined;
  }, value);
}

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** A text, or undefined. */
export const text = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

/** Name of the Kubernetes object, or of what else it is in the back end. */
export function objectName(step: Step): string {
  const inputs = inputsOf(step);
  return text(at(inputs, "metadata", "name")) ?? text(inputs["name"]) ?? text(inputs["username"]) ?? nameOf(step.urn);
}

/** The kind of a resource: what stands last in its type. */
export const kindOf = ({ type }: Pick<Step, "type">): string => type.slice(type.lastIndexOf(":") + 1);

/** Whether it goes, with or without coming back. */
export const goes = ({ operation }: Step): boolean => operation === "delete" || operation === "replace";
