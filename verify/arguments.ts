import { Command, Option } from "commander";
import { argument, parseDepth } from "../lib/command-line.ts";
import { parseDuration, parseSince } from "../lib/time.ts";

export interface Arguments {
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

/**
 * What the command is asked.
 *
 * @param argv the words after the program's name.
 * @throws CommanderError if it cannot be asked so; Commander has printed why.
 */
export function parseArguments(argv: readonly string[]): Arguments {
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
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw new RangeError(`"${text}" is not from 1 to 999999999.`);
  return Number(text);
}
