import { join } from "node:path";
import { Command } from "commander";
import { projectDir, readStack } from "../../config/stack-file.ts";
import { AskError } from "../../lib/ask-error.ts";
import { argument, exitCodes, parseDepth, progressWhenSlow, runCommand } from "../../lib/command-line.ts";
import { openViews } from "../../lib/jaeger/views.ts";
import { allView, viewNames, viewUrl } from "../../lib/names.ts";
import { clockSkewMs, parseSince } from "../../lib/time.ts";
import { chainOf } from "./chain.ts";
import { findOrder, type Window } from "./find.ts";
import { chainData, chainText, nothingText, stuckText } from "./report.ts";
import type { Scope } from "./scope.ts";
import { isOrderId } from "./signs.ts";
import { findStuck } from "./stuck.ts";

interface Arguments {
  stack: string;
  order?: string;
  stuck?: true;
  view: string;
  since?: number;
  depth: number;
  json?: true;
}

async function main(signal: AbortSignal): Promise<number> {
  const { stack, order, view: name, since, depth, json } = parseArguments(process.argv.slice(2));
  const { settings, landscape } = readStack(stack);
  const names = viewNames(landscape.groups);
  if (!names.includes(name)) throw new AskError(`There is no view ${name}. Views are ${names.join(", ")}.`);
  const now = Date.now();
  const scope: Scope = {
    view: name,
    url: viewUrl(name, settings.access),
    landscape,
    sampling: settings.sampling,
  };
  const window: Window = { since: since ?? now - settings.retentionDays * 86_400_000, until: now + clockSkewMs, depth };
  const print = (data: object, text: string) =>
    process.stdout.write(`${json ? JSON.stringify({ stack, ...data }, null, 2) : text}\n`);
  await using views = openViews(settings, projectDir, signal);
  const view = views.view(name);
  progressWhenSlow()(`reading the view ${name}`);

  if (order === undefined) {
    if (Object.keys(landscape.steps).length === 0) {
      throw new AskError(
        `The landscape of stack ${stack} has no steps, so nothing says how long one may take. Write \`steps\` into its catalogue, as in ${join("config", "catalogue.ts")}.`,
      );
    }
    const stuck = await findStuck(view, scope, window, now);
    print({ ...stuck, orders: stuck.orders.map((chain) => chainData(chain, scope)) }, stuckText(stuck, scope));
    return stuck.orders.length > 0 ? exitCodes.found : exitCodes.ok;
  }
  const found = await findOrder(view, order, scope, window);
  const chain = chainOf(order, found, scope, window, now);
  if (chain) {
    print(chainData(chain, scope), chainText(chain, scope));
    return exitCodes.ok;
  }
  const { searched, silent } = found;
  print(
    { order, view: name, since: new Date(window.since).toISOString(), searched, silent, events: [] },
    nothingText(order, found, scope, window, settings),
  );
  return exitCodes.found;
}

function parseArguments(argv: readonly string[]): Arguments {
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

process.exitCode = await runCommand(main);
