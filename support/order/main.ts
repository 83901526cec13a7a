import { join } from "node:path";
import { projectDir, readStack } from "../../config/stack-file.ts";
import { AskError } from "../../lib/ask-error.ts";
import { exitCodes, progressWhenSlow, runCommand } from "../../lib/command-line.ts";
import { openViews } from "../../lib/jaeger/views.ts";
import { viewNames, viewUrl } from "../../lib/names.ts";
import { clockSkewMs } from "../../lib/time.ts";
import { parseArguments } from "./arguments.ts";
import { chainOf } from "./chain.ts";
import { findOrder, type Window } from "./find.ts";
import { chainData, chainText, nothingText, stuckText } from "./report.ts";
import type { Scope } from "./scope.ts";
import { findStuck } from "./stuck.ts";

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

process.exitCode = await runCommand(main);
