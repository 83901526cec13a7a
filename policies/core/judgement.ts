import type { z } from "zod";
import type { Resource } from "./resource.ts";
import type { Settings } from "./settings.ts";

type Severity = "low" | "medium" | "high" | "critical";

/** What is wrong with a resource. */
export interface Finding {
  /** The property, as `core/configurations.ts` writes it; what is missing has the path where it belongs. */
  readonly path: string;
  /** What is wrong, with the value, and what to write instead. Never a secret. */
  readonly message: string;
}

export interface StackFinding extends Finding {
  readonly resource: Resource;
}

/** What a judgement is told beside the resource. */
interface Given<Config> {
  readonly settings: Settings;
  readonly config: Config;
  /** The day of the judgement. */
  readonly today: Date;
}

interface Described<Config> {
  /** Lower case with hyphens, beginning with its folder. */
  readonly name: string;
  /** What is refused, as a sentence. */
  readonly description: string;
  readonly severity: Severity;
  /** How to put it right. */
  readonly remediation: string;
  /** What only this policy can be told. */
  readonly config: z.ZodType<Config>;
}

/** A judgement of one resource by itself. */
export interface ResourceJudgement<Config> extends Described<Config> {
  readonly judge: (resource: Resource, given: Given<Config>) => Finding[];
}

/** A judgement of resources by each other. */
export interface StackJudgement<Config> extends Described<Config> {
  readonly judgeStack: (resources: readonly Resource[], given: Given<Config>) => StackFinding[];
}

// What a policy is told is its own business, checked by its schema before it is judged.
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
export type Judgement = ResourceJudgement<any> | StackJudgement<any>;

export const forResources = <Config>(judgement: ResourceJudgement<Config>): ResourceJudgement<Config> => judgement;
export const forStacks = <Config>(judgement: StackJudgement<Config>): StackJudgement<Config> => judgement;
