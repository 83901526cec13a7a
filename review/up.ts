import { resolve } from "node:path";
import type { Stack } from "../config/stack-file.ts";
import { exitCodes } from "../lib/command-line.ts";
import { policyArguments } from "./engine/policies.ts";
import { notAsPlanned, readPlan } from "./engine/plan.ts";
import { runCli, startCli } from "./engine/run.ts";
import { readRun } from "./engine/steps.ts";
import type { Surroundings } from "./preview.ts";

/** Arguments of `up`. */
export interface UpOptions {
  stack: string;
  plan?: string;
  refresh?: true;
  yes?: true;
  policies: boolean;
}

/**
 * Brings the stack to what its files say, or does what a plan says and nothing else.
 *
 * @returns the exit code: 0 done, 1 refused or failed.
 */
export async function up(
  { settings }: Stack,
  { stack, plan, refresh, yes, policies }: UpOptions,
  { directory, signal }: Surroundings,
): Promise<number> {
  if (plan) {
    const { checksum } = await readPlan(plan);
    process.stderr.write(`Applies the plan ${plan} (checksum ${checksum}), or stops.\n`);
  }
  if (refresh && !(await readEverything(settings.engine.command, stack, { directory, signal }))) return exitCodes.found;
  const newPlan = plan && `Make a new plan: npm run preview -- --stack ${stack} --plan ${plan}`;
  const { exitCode, events } = await runCli({
    command: settings.engine.command,
    args: [
      "up",
      ...["--stack", stack, "--suppress-outputs"],
      ...(plan ? ["--plan", resolve(plan)] : []),
      ...(yes ? ["--yes"] : []),
      ...(policies ? policyArguments(stack, directory) : []),
    ],
    directory,
    signal,
    interrupted: newPlan
      ? `What was done by then is in the state. ${newPlan}`
      : `What was done by then is in the state. See what is left: npm run preview -- --stack ${stack}; go on: npm run up -- --stack ${stack}`,
  });
  const other = notAsPlanned(readRun(events).errors);
  // The engine prints whole objects, so this stands below them.
  if (newPlan && other.length > 0)
    process.stderr.write(`Stopped: not what the plan says of ${other.join(", ")}. ${newPlan}\n`);
  return exitCode === 0 ? exitCodes.ok : exitCodes.found;
}

/**
 * Takes into the state what is there now. But for the wiring: of a patch a refresh would record the owner's entries as ours, and
 * whether it is there is asked before each `up` anyhow.
 */
async function readEverything(
  command: readonly string[],
  stack: string,
  { directory, signal }: Surroundings,
): Promise<boolean> {
  const args = ["refresh", "--stack", stack, "--suppress-outputs", "--yes", "--skip-preview"];
  const exitCode = await startCli({
    command,
    args: [...args, "--exclude", "urn:pulumi:*::*::**Patch::*"],
    directory,
    signal,
  });
  signal.throwIfAborted();
  return exitCode === 0;
}
