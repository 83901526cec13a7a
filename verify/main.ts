import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { readStack } from "../config/stack-file.ts";
import { AskError } from "../lib/ask-error.ts";
import { argument, exitCodes, progressWhenSlow, runCommand } from "../lib/command-line.ts";
import { prove, type Proof, type ProofOptions } from "./proof.ts";
import { report } from "./report.ts";
import { parseDuration, parseSince } from "../lib/time.ts";
import { openViews } from "../lib/jaeger/views.ts";

interface Arguments {
  stack: string;
  since?: number;
  wait: number;
  orders?: string[];
  depth: number;
  json?: true;
}

/** Pause between two rounds of `--wait`, milliseconds. */
const pauseMs = 5_000;

async function main(signal: AbortSignal): Promise<number> {
  const options = parseArguments(process.argv.slice(2));
  const proof = await run(options, signal);
  process.stdout.write(
    `${options.json ? JSON.stringify({ stack: options.stack, ...proof }, null, 2) : report(proof)}\n`,
  );
  return proof.ok ? exitCodes.ok : exitCodes.found;
}

async function run({ stack, since, wait, orders, depth }: Arguments, signal: AbortSignal): Promise<Proof> {
  const { settings, landscape } = readStack(stack);
  const deadline = Date.now() + wait;
  await using views = openViews(settings, dirname(import.meta.dirname), signal);
  const options: ProofOptions = {
    since: since ?? Date.now() - settings.proof.lookbackMinutes * 60_000,
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
      const missing = proof.edges.filter((edge) => edge.required && edge.state === "missing");
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

function parseArguments(argv: readonly string[]): Arguments {
  return new Command("verify")
    .description("Proves from the stored traces that every edge of the landscape produces them. Reads only.")
    .requiredOption("--stack <name>", "stack whose settings to take, as in Pulumi.<name>.yaml")
    .option(
      "--since <time>",
      "oldest spans that count: 15m, 2h, or RFC 3339 (default: proof.lookbackMinutes)",
      argument(parseSince),
    )
    .option(
      "--wait <duration>",
      "ask again until all required edges are seen, at most so long",
      argument(parseDuration),
      0,
    )
    .option("--orders <ids>", "order ids, separated by commas: only these prove a join", (ids) =>
      ids.split(",").filter(Boolean),
    )
    .option("--depth <count>", "traces per question, the newest", argument(parseDepth), 100)
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExit codes: 0 proven, 1 an edge is missing or a view leaks, 2 Jaeger could not be asked.")
    .exitOverride()
    .parse(argv, { from: "user" })
    .opts<Arguments>();
}

function parseDepth(text: string): number {
  // Each trace is read whole, into the memory of Jaeger and of this program.
  if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > 1500)
    throw new RangeError(`"${text}" is not from 1 to 1500.`);
  return Number(text);
}

process.exitCode = await runCommand(main);
