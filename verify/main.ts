import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import { projectDir, readStack, type Stack } from "../config/stack-file.ts";
import { AskError } from "../lib/ask-error.ts";
import { argument, exitCodes, parseDepth, progressWhenSlow, runCommand } from "../lib/command-line.ts";
import { askForLeaks } from "./leaks/command.ts";
import { leakExitCode, reportLeaks } from "./leaks/report.ts";
import { isUnseen, prove, type Proof, type ProofOptions } from "./proof.ts";
import { report } from "./report.ts";
import { parseDuration, parseSince } from "../lib/time.ts";
import { openViews } from "../lib/jaeger/views.ts";

interface Arguments {
  stack: string;
  since?: number;
  wait?: number;
  orders?: string[];
  depth: number;
  leaks?: true;
  customers?: string;
  most: number;
  json?: true;
}

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

function parseArguments(argv: readonly string[]): Arguments {
  const command = new Command("verify")
    .description(
      "Proves from the stored traces that every edge of the landscape produces them. Reads only, unless told --leaks.",
    )
    .requiredOption("--stack <name>", "stack whose settings to take, as in Pulumi.<name>.yaml")
    .option(
      "--since <time>",
      "oldest spans that count: 15m, 2h, or RFC 3339 (default: proof.lookbackMinutes)",
      argument(parseSince),
    )
    .option(
      "--wait <duration>",
      "ask again until all required edges are seen, at most so long (default: not at all; with --leaks 90s, until all that was planted is stored)",
      argument(parseDuration),
    )
    .option("--orders <ids>", "order ids, separated by commas: only these prove a join", (ids) =>
      ids.split(",").filter(Boolean),
    )
    .option("--depth <count>", "traces per question, the newest", argument(parseDepth), 100)
    .addOption(
      new Option(
        "--leaks",
        "instead of the proof: send invented personal data through an agent of each group, and look for it in the store",
      ).conflicts(["orders"]),
    )
    .option(
      "--customers <file>",
      "with --leaks: values of real people, one a line, to look for in the stored traces; - is standard input",
    )
    .option("--most <count>", "with --customers: documents that are read, at most", argument(parseMost), 200_000)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExit codes: 0 proven, 1 an edge is missing or something leaks, 2 the system could not be asked.",
    )
    .exitOverride()
    .parse(argv, { from: "user" });
  const options = command.opts<Arguments>();
  if (options.customers !== undefined && !options.leaks) command.error("error: --customers goes with --leaks only");
  return options;
}

function parseMost(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw new RangeError(`"${text}" is no number of documents.`);
  return Number(text);
}

process.exitCode = await runCommand(main);
