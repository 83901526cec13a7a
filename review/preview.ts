import { rm, writeFile } from "node:fs/promises";
import { parse, join, resolve } from "node:path";
import type { Stack } from "../config/stack-file.ts";
import { exitCodes } from "../lib/command-line.ts";
import { policyArguments } from "./engine/policies.ts";
import { readPlan } from "./engine/plan.ts";
import { runCli } from "./engine/run.ts";
import { readRun } from "./engine/steps.ts";
import { reportSections, verdictOf, type Preview, type Verdict } from "./report/report.ts";
import { commentLimit, fitted } from "./report/section.ts";

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
  const { exitCode, events } = await runCli({
    command: settings.engine.command,
    args: [
      "preview",
      ...["--stack", stack, "--suppress-outputs"],
      ...(plan ? ["--save-plan", resolve(plan)] : []),
      ...(policies ? policyArguments(stack, directory) : []),
    ],
    directory,
    signal,
  });
  const result: Preview = {
    stack,
    run: readRun(events),
    exitCode,
    policies,
    plan: plan && exitCode === 0 ? await readPlan(plan) : undefined,
  };
  const written = await write(reportSections(result), output, link);
  const verdict = verdictOf(result);
  process.stdout.write(`${stack}: ${verdict}. ${written}\n`);
  return codes[verdict];
}

/** Writes the report, and the whole of it beside it if it had to be cut. */
async function write(
  sections: Parameters<typeof fitted>[0],
  output: string,
  link: string | undefined,
): Promise<string> {
  const { dir, name, ext } = parse(output);
  const wholeFile = join(dir, `${name}.whole${ext}`);
  const whole = fitted(sections, Infinity, "");
  const rest = link ? `[The whole report](${link}).` : `The whole report: \`${wholeFile}\`.`;
  const text = fitted(sections, commentLimit, rest);
  await writeFile(output, text);
  if (text === whole) {
    // Of an earlier run.
    await rm(wholeFile, { force: true });
    return `The report is in ${output}.`;
  }
  await writeFile(wholeFile, whole);
  return `The report is in ${output}, the whole of it in ${wholeFile}.`;
}
