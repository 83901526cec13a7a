/**
 * Tries the upgrade from an older commit with data in the store: brings up that version as it stands there, drives orders,
 * brings up this one over it as `docs/guides/upgrade.md` says, and looks for the orders of before.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { execa } from "execa";
import { z } from "zod";
import { AskError } from "../../lib/ask-error.ts";
import { exitCodes, runCommand } from "../../lib/command-line.ts";
import { home } from "../cluster/external.ts";
import { driveOrders } from "../landscape/driver/index.ts";
import { kubeconfig, repositoryDir } from "../paths.ts";
import { attempt, print, type Finding } from "./findings.ts";

const stack = "local";
const count = 12;
/** The sampler's decision, a batch on each hop, and a second until Elasticsearch shows it, milliseconds. */
const storedMs = 30_000;

const chain = z.object({ events: z.array(z.object({ service: z.string() })) });

async function main(signal: AbortSignal): Promise<number> {
  const command = new Command("local:upgrade")
    .description("Tries the upgrade of a stack with data, from an older commit to this one, in the local environment.")
    .option(
      "--from <commit>",
      "brings up this version first, from nothing (default: what runs now is the older version)",
    )
    .exitOverride()
    .parse();
  const { from } = command.opts<{ from?: string }>();
  if (from !== undefined && home() !== "none")
    throw new AskError('There is a local environment, which would be replaced. Remove it: "npm run local:reset".');
  if (from === undefined && home() === "none")
    throw new AskError("There is no local environment to upgrade. Name the version to begin with: --from <commit>.");

  if (from !== undefined) await bringUp(from, signal);
  step("orders of before");
  const orders = await driveOrders({ count, signal, onProgress: () => undefined });
  await sleep(storedMs, undefined, { signal });

  step("this version");
  await npm(repositoryDir, signal, "run", "--silent", "migrate", "--", "--stack", stack);
  // Brings it up, wants a preview without a change after it, and the proof of new orders.
  await npm(repositoryDir, signal, "run", "--silent", "local");

  step("the orders of before, as somebody looks for them");
  const findings: Finding[] = [];
  for (const { orderId } of orders) if (orderId !== undefined) findings.push(await findingOf(orderId, signal));
  return print(findings) ? exitCodes.ok : exitCodes.found;
}

/** Brings up an older version with its own commands, in a folder of its own. */
async function bringUp(commit: string, signal: AbortSignal): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "order-tracing-before-"));
  const git = (...args: string[]) => execa("git", args, { cwd: repositoryDir });
  try {
    step(`the version of ${commit}`);
    await git("worktree", "add", "--detach", folder, commit).catch((error: { stderr?: string }) => {
      throw new AskError(`git does not give out ${commit}: ${error.stderr?.trim()}`);
    });
    await npm(folder, signal, "ci", "--no-audit", "--no-fund");
    await npm(folder, signal, "run", "--silent", "local");
  } finally {
    await rm(folder, { recursive: true, force: true });
    await git("worktree", "prune");
  }
}

/** Whether every part that an order went through is still told of. */
function findingOf(order: string, signal: AbortSignal): Promise<Finding> {
  return attempt(`Order ${order}`, "-", "events of the Shop at least", async () => {
    const { stdout } = await execa(
      process.execPath,
      [join(repositoryDir, "support/order/main.ts"), order, "--stack", stack, "--json"],
      { env: { KUBECONFIG: kubeconfig }, reject: false, cancelSignal: signal },
    );
    const { events } = chain.parse(JSON.parse(stdout));
    const services = [...new Set(events.map(({ service }) => service))];
    return { found: `${events.length} events: ${services.join(", ")}`, good: services.includes("shop-api") };
  });
}

/** Its own output is the progress. */
const npm = (cwd: string, cancelSignal: AbortSignal, ...args: string[]) =>
  execa("npm", args, { cwd, cancelSignal, stdout: "inherit", stderr: "inherit", stdin: "ignore", detached: false });

const step = (title: string) => console.log(`\n=== ${title}`);

process.exitCode = await runCommand(main);
