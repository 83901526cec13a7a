import Table from "cli-table3";
import { Command } from "commander";
import { clusterAddress, home } from "./cluster/external.ts";
import { clusterStatus, resetCluster, stopCluster } from "./cluster/index.ts";
import { exclusively } from "./cluster/lock.ts";
import { landscapeStatus } from "./landscape/index.ts";
import { leaveCluster } from "./leave.ts";
import { kubeconfig } from "./paths.ts";
import { steps } from "./steps.ts";

interface UpOptions {
  readonly kubeconfig?: string;
}

/** Does the steps one after the other. Each looks first what is there, so that a broken run goes on where it ended. */
async function up(options: UpOptions, signal: AbortSignal): Promise<void> {
  const list = steps({ ...options, signal });
  const begin = Date.now();
  const durations: [string, string][] = [];
  for (const [index, { title, run }] of list.entries()) {
    signal.throwIfAborted();
    console.log(`\n[${index + 1}/${list.length}] ${title}`);
    const start = Date.now();
    await run();
    durations.push([title, seconds(start)]);
  }
  print(["step", "took"], [...durations, ["all", seconds(begin)]]);
}

async function status(): Promise<void> {
  const where = home();
  if (where === "none") {
    console.log('There is no local environment: "npm run local" makes it.');
    process.exitCode = 1;
    return;
  }
  let answers = true;
  if (where === "own") answers = await clusterState();
  else console.log(`cluster     ${clusterAddress()} (yours)`);
  console.log(`kubeconfig  ${kubeconfig}`);
  if (answers) await companyState();
}

/** @returns whether the cluster can be asked for more. */
async function clusterState(): Promise<boolean> {
  const { daemons, node, notReady } = await clusterStatus();
  print(
    ["process", "pid", "log"],
    daemons.map(({ name, pid, log }) => [name, pid === undefined ? "not running" : String(pid), log]),
  );
  console.log(`node        ${node}`);
  if (notReady?.length === 0) console.log("pods        all ready");
  if (notReady?.length) console.log(`pods that are not ready:\n  ${notReady.join("\n  ")}`);
  if (node !== "Ready" || notReady?.length) process.exitCode = 1;
  return notReady !== undefined;
}

async function companyState(): Promise<void> {
  const parts = await landscapeStatus();
  print(
    ["company", "namespace", "state"],
    parts.map(({ name, namespace, state }) => [name, namespace, state]),
  );
  if (parts.some(({ ready }) => !ready)) process.exitCode = 1;
}

async function down(): Promise<void> {
  if (home() !== "external") return stopCluster();
  console.log(
    `The cluster ${clusterAddress()} is yours and goes on. "npm run local:reset" takes everything out of it.`,
  );
}

async function reset(signal: AbortSignal): Promise<void> {
  if (home() === "external") await leaveCluster(signal);
  else await resetCluster();
}

function print(head: string[], rows: string[][]): void {
  const table = new Table({ head, style: { head: [], border: [] } });
  table.push(...rows);
  console.log(table.toString());
}

function seconds(start: number): string {
  return `${((Date.now() - start) / 1000).toFixed(1)} s`;
}

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => interrupted.abort());

const program = new Command("local").description(
  "The whole system on this machine: a cluster, a company in it, its tracing.",
);
program
  .command("up", { isDefault: true })
  .description("start what does not run, make what is missing, and prove that traces arrive")
  .option("--kubeconfig <file>", "use this cluster instead of one on this machine")
  .action((options: UpOptions) => exclusively("local up", () => up(options, interrupted.signal)));
program.command("status").description("what runs and what does not").action(status);
program
  .command("down")
  .description("stop everything and keep its data")
  .action(() => exclusively("local down", down));
program
  .command("reset")
  .description("remove everything but the cache of built parts and images")
  .action(() => exclusively("local reset", () => reset(interrupted.signal)));

try {
  await program.parseAsync();
} catch (error) {
  if (interrupted.signal.aborted) {
    console.error(`\nStopped. "npm run local" goes on from there.`);
    process.exitCode = 130;
  } else {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
