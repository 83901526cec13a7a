import { Command } from "commander";
import { argument, parseDepth } from "../../lib/command-line.ts";
import { allView } from "../../lib/names.ts";
import { parseSince } from "../../lib/time.ts";
import { isOrderId } from "./signs.ts";

export interface Arguments {
  stack: string;
  order?: string;
  stuck?: true;
  view: string;
  since?: number;
  depth: number;
  json?: true;
}

/**
 * What the command is asked.
 *
 * @param argv the words after the program's name.
 * @throws CommanderError if it cannot be asked so; Commander has printed why.
 */
export function parseArguments(argv: readonly string[]): Arguments {
  const command = new Command("order")
    .description("Shows what happened to an order at all back ends, and where it stands. Reads only.")
    .argument("[order.id]", "the order's id", argument(parseOrder))
    .requiredOption("--stack <name>", "stack whose settings to take, as in Pulumi.<name>.yaml")
    .option("--stuck", "instead of one order: all that stand longer than their step allows")
    .option("--view <name>", "view to read: a group, or all", allView)
    .option(
      "--since <time>",
      "oldest spans that count: 12h, 3d, or RFC 3339 (default: retentionDays)",
      argument(parseSince),
    )
    .option("--depth <count>", "traces per question, the newest", argument(parseDepth), 200)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExit codes: 0 found (with --stuck: none stands too long), 1 not found (with --stuck: some do), 2 Jaeger could not be asked.",
    )
    .exitOverride();
  command.parse(argv, { from: "user" });
  const options = command.opts<Omit<Arguments, "order">>();
  const [order] = command.processedArgs as [string | undefined];
  if ((order === undefined) === (options.stuck === undefined)) {
    command.error("error: give the id of an order, or --stuck");
  }
  return { ...options, order };
}

function parseOrder(text: string): string {
  const order = text.trim();
  if (!isOrderId(order)) {
    throw new RangeError(
      `"${text}" is no id of an order: letters, digits and - only, as in 0b7e2c9a-6f0e-4f5a-9a3d-2f6f9f1d8c11.`,
    );
  }
  return order;
}
