import Table from "cli-table3";
import { Command, Option } from "commander";
import { clusterStatus, resetCluster, stopCluster } from "./cluster/index.ts";
import { exclusively } from "./cluster/lock.ts";
import { kubeconfig as localKubeconfig, logDir } from "./paths.ts";
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
  const { daemons, node, notReady } = await clusterStatus();
  print(
    ["process", "pid", "log"],
    daemons.map(({ name, pid, log }) => [name, pid === undefined ? "not running" : String(pid), log]),
  );
  console.log(`node        ${node ?? "the API server does not answer"}`);
  console.log(`kubeconfig  ${localKubeconfig}`);
  console.log(`logs        ${logDir}`);
  console.log(notReady.length === 0 ? "pods        all ready" : `pods that are not ready:\n  ${notReady.join("\n  ")}`);
  if (node !== "Ready" || notReady.length > 0) process.exitCode = 1;
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

const ownCluster = new Option("--kubeconfig <file>", "use this cluster instead of one on this machine");

/** A cluster that somebody else runs is neither started nor stopped nor removed. */
async function onThisMachine({ kubeconfig }: UpOptions, work: () => Promise<void>): Promise<void> {
  if (kubeconfig === undefined) return work();
  console.log(`The cluster of ${kubeconfig} is yours: it is not touched. To take the stack out: pulumi destroy.`);
}

const program = new Command("local").description(
  "The whole system on this machine: a cluster, a company in it, its tracing.",
);
program
  .command("up", { isDefault: true })
  .description("start what does not run, make what is missing, and prove that traces arrive")
  .addOption(ownCluster)
  .action((options: UpOptions) => exclusively("local up", () => up(options, interrupted.signal)));
program.command("status").description("what runs and what does not").action(status);
program
  .command("down")
  .description("stop everything and keep its data")
  .addOption(ownCluster)
  .action((options: UpOptions) => onThisMachine(options, () => exclusively("local down", () => stopCluster())));
program
  .command("reset")
  .description("remove everything but the cache of built parts and images")
  .addOption(ownCluster)
  .action((options: UpOptions) => onThisMachine(options, () => exclusively("local reset", () => resetCluster())));

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
