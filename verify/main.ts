import { setTimeout as sleep } from "node:timers/promises";
import { projectDir, readStack, type Stack } from "../config/stack-file.ts";
import { AskError } from "../lib/ask-error.ts";
import { exitCodes, progressWhenSlow, runCommand } from "../lib/command-line.ts";
import { parseArguments, type Arguments } from "./arguments.ts";
import { askForLeaks } from "./leaks/command.ts";
import { leakExitCode, reportLeaks } from "./leaks/report.ts";
import { isUnseen, prove, type Proof, type ProofOptions } from "./proof.ts";
import { report } from "./report.ts";
import { openViews } from "../lib/jaeger/views.ts";

/** Default of `--wait` with `--leaks`, milliseconds: the sampler alone takes some twelve seconds. */
const arrivalMs = 90_000;

/** Pause between two rounds of `--wait`, milliseconds. */
const pauseMs = 5_000;

async function main(signal: AbortSignal): Promise<number> {
  const options = parseArguments(process.argv.slice(2));
  const stack = readStack(options.stack);
  const since = options.since ?? Date.now() - stack.settings.proof.lookbackMinutes * 60_000;
  const print = (result: object, text: string) => {
    const json = () => JSON.stringify({ stack: options.stack, ...result }, null, 2);
    process.stdout.write(`${options.json ? json() : text}\n`);
  };
  if (options.leaks) {
    const leaks = await askForLeaks(stack, { ...options, since, wait: options.wait ?? arrivalMs }, signal);
    print(leaks, reportLeaks(leaks));
    return leakExitCode(leaks);
  }
  const proof = await run(stack, { ...options, since }, signal);
  print(proof, report(proof));
  return proof.ok ? exitCodes.ok : exitCodes.found;
}

async function run(
  { settings, landscape }: Stack,
  { since, wait = 0, orders, depth }: Arguments & { since: number },
  signal: AbortSignal,
): Promise<Proof> {
  const deadline = Date.now() + wait;
  await using views = openViews(settings, projectDir, signal);
  const options: ProofOptions = {
    since,
    depth,
    orders,
    progress: progressWhenSlow(),
  };
  // Not a retry of a failure: spans come late (tail sampling waits for whole traces), so the question is asked again.
  for (;;) {
    let pending: string;
    try {
      const proof = await prove(landscape, (name) => views.view(name), options);
      // A leak does not heal by waiting.
      if (proof.ok || proof.leaks.length > 0 || Date.now() + pauseMs > deadline) return proof;
      const missing = proof.edges.filter((edge) => edge.required && isUnseen(edge));
      pending = `not yet seen: ${missing.map(({ id }) => id).join(", ")}`;
    } catch (error) {
      const again = error instanceof AskError && error.transient && Date.now() + pauseMs <= deadline;
      if (!again) throw error;
      pending = error.message;
    }
    options.progress?.(`${Math.round((deadline - Date.now()) / 1000)} s left; ${pending}`);
    await sleep(pauseMs, undefined, { signal });
  }
}

process.exitCode = await runCommand(main);
