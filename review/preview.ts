import { resolve } from "node:path";
import { loadOf } from "../config/demand.ts";
import type { Settings } from "../config/settings.ts";
import type { Stack } from "../config/stack-file.ts";
import { exitCodes } from "../lib/command-line.ts";
import { policyArguments } from "./engine/policies.ts";
import { readPlan } from "./engine/plan.ts";
import { runCli } from "./engine/run.ts";
import { readRun } from "./engine/steps.ts";
import { reportSections, verdictOf, type Preview, type Verdict } from "./report/report.ts";
import { writeReport } from "./report/write.ts";

/** Arguments of `preview`. */
export interface PreviewOptions {
  stack: string;
  output: string;
  link?: string;
  plan?: string;
  policies: boolean;
}

/** Where a command works, and what ends it. */
export interface Surroundings {
  /** The project's root. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

const codes: Record<Verdict, number> = {
  accepted: exitCodes.ok,
  unchecked: exitCodes.ok,
  refused: exitCodes.found,
  failed: exitCodes.couldNotAsk,
};

/** Has the engine preview a stack, for a report. Changes nothing. */
export function previewLog(
  { engine }: Pick<Settings, "engine">,
  stack: string,
  options: readonly string[],
  surroundings: Surroundings,
): ReturnType<typeof runCli> {
  return runCli({
    command: engine.command,
    args: ["preview", "--stack", stack, "--suppress-outputs", ...options],
    ...surroundings,
    interrupted: "Nothing was changed, and no report was written. Run it again.",
  });
}

/**
 * Runs the engine once, and writes what it would do as a report for people.
 *
 * @returns the exit code: 0 accepted, 1 refused, 2 the preview could not be made.
 */
export async function preview(
  { settings }: Stack,
  { stack, output, link, plan, policies }: PreviewOptions,
  { directory, signal }: Surroundings,
): Promise<number> {
  const { exitCode, events } = await previewLog(
    settings,
    stack,
    [...(plan ? ["--save-plan", resolve(plan)] : []), ...(policies ? policyArguments(stack, directory) : [])],
    { directory, signal },
  );
  const result: Preview = {
    stack,
    run: readRun(events),
    exitCode,
    policies,
    load: (services) => loadOf(services, settings),
    plan: plan && exitCode === 0 ? await readPlan(plan) : undefined,
  };
  const written = await writeReport(reportSections(result), output, link);
  const verdict = verdictOf(result);
  process.stdout.write(`${stack}: ${verdict}. ${written}\n`);
  return codes[verdict];
}
