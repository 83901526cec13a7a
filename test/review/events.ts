import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { readRun, type EngineRun, type Inputs, type Step } from "../../review/engine/steps.ts";

/** What a real engine has logged, see recorded/trim.mjs. */
export function recorded(name: string): EngineEvent[] {
  return readFileSync(join(import.meta.dirname, "recorded", `${name}.jsonl`), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as EngineEvent);
}

export const recordedRun = (name: string): EngineRun => readRun(recorded(name));

/** A step as the engine's log would give it. */
export function step(
  type: string,
  before: Inputs | undefined,
  after: Inputs | undefined,
  changes: Partial<Step> = {},
): Step {
  const operation = before ? (after ? "update" : "delete") : "create";
  const name = type.split(":").at(-1)!.toLowerCase();
  const urn = `urn:pulumi:dev::order-tracing::${type}::${name}`;
  return { operation, urn, type, name, components: ["store"], before, after, replacedFor: [], ...changes };
}

export const run = (steps: readonly Step[], changes: Partial<EngineRun> = {}): EngineRun => ({
  steps,
  findings: [],
  errors: [],
  warnings: [],
  ...changes,
});
