/** `npm run bench -- <case>`: what the pipeline costs, beside what others run. */
import { cpus, loadavg } from "node:os";
import { Command, Option } from "commander";
import { readStack } from "../../config/stack-file.ts";
import { argument, exitCodes, runCommand } from "../../lib/command-line.ts";
import { stopCollectors } from "../checks/collector/process.ts";
import { ensureParts } from "../toolchain/index.ts";
import { cases, collectorParts, loads, spanRate, type Run } from "./cases.ts";

const within = (least: number, most: number) => (text: string) => {
  if (!/^\d+$/.test(text) || Number(text) < least || Number(text) > most)
    throw new RangeError(`"${text}" is not a whole number from ${least} to ${most}.`);
  return Number(text);
};

const numbersOf = (text: string): number[] => text.split(",").map(within(1, 300));

/** @throws SettingsError for a stack that has no file, or none that can be used. */
const stacksOf = (text: string): string[] => text.split(",").map((name) => readStack(name).name);

/** What previews are measured of, if nobody says it. */
const allSizes = [3, 30, 100];
const allStacks = ["prod"];

const list = Object.entries(cases).map(([name, { title, needs }]) => {
  return `  ${name.padEnd(12)}${title}${needs ? ` (needs ${needs})` : ""}`;
});

interface Options extends Pick<Run, "seconds" | "spans" | "turns">, Partial<Pick<Run, "rate" | "services" | "stacks">> {
  readonly json?: boolean;
}

/** Longest time for each case, milliseconds. */
const limitMs = 30 * 60_000;

async function bench(interrupted: AbortSignal): Promise<number> {
  const command = new Command("bench")
    .description(
      "Measures what the pipeline costs. CPU is what processes used, user and system: the machine may do other things.",
    )
    .argument("[cases...]", "what to measure. Default: all that need no local environment")
    .option(
      "--rate <n>",
      `spans a second, where spans are sent; requests a second, where a back end is asked. Default: ${spanRate.usual}; ${cases["application"]!.rate!.usual}`,
      argument(within(1, 20_000)),
    )
    .option("--seconds <n>", "how long a turn asks a back end, after the time to warm up", argument(within(3, 300)), 20)
    .addOption(
      new Option(
        "--spans <kind>",
        "what SDKs sent, or spans of one attribute of 300 bytes, which the goals were set with",
      )
        .choices(Object.keys(loads))
        .default("real"),
    )
    .option("--turns <n>", "turns of each, after one to warm up", argument(within(1, 50)), 5)
    .option(
      "--services <n,…>",
      `numbers of services, where previews are measured. Default: ${allSizes.join()}`,
      argument(numbersOf),
    )
    .option(
      "--stacks <name,…>",
      `stack files, where previews are measured. Default: ${allStacks.join()}`,
      argument(stacksOf),
    )
    .option("--json", "write the results to standard output as JSON")
    .addHelpText("after", `\nCases:\n${list.join("\n")}`)
    .exitOverride()
    .parse();
  const options = command.opts<Options>();
  const { seconds, spans, turns, json } = options;
  // Who asks for some stacks means these alone.
  const chosen = options.services ?? options.stacks;
  const services = options.services ?? (chosen ? [] : allSizes);
  const stacks = options.stacks ?? (chosen ? [] : allStacks);
  const asked = command.args.length > 0 ? command.args : Object.keys(cases).filter((name) => !cases[name]!.needs);
  const unknown = asked.filter((name) => !cases[name]);
  if (unknown.length > 0) command.error(`There is no case ${unknown.join(", ")}. There are:\n${list.join("\n")}`);

  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(limitMs * asked.length)]);
  await ensureParts([...new Set(asked.flatMap((name) => cases[name]!.parts ?? collectorParts))], { signal });
  const begin = Date.now();
  const progress = (message: string) => {
    process.stderr.write(`${String(Math.round((Date.now() - begin) / 1_000)).padStart(5)} s  ${message}\n`);
  };
  const results: Record<string, unknown> = {};
  let code: number = exitCodes.ok;
  try {
    for (const name of asked) {
      const before = loadavg()[0]!;
      const { unit, usual } = cases[name]!.rate ?? spanRate;
      const rate = options.rate ?? usual;
      const { text, values, wrong } = await cases[name]!.run({
        progress,
        signal,
        rate,
        seconds,
        spans,
        turns,
        services,
        stacks,
      });
      const machine = { cores: cpus().length, load: { before, after: loadavg()[0]! }, rate, spans, turns };
      if (wrong) {
        process.stderr.write(`${wrong}\n`);
        code = exitCodes.found;
      }
      results[name] = { machine, values };
      const load = `load of the machine ${before.toFixed(1)} before, ${machine.load.after.toFixed(1)} after`;
      if (!json)
        console.log(
          `${cases[name]!.title}: ${rate} ${unit === spanRate.unit ? `${spans} ` : ""}${unit}, ${turns} turns, ${machine.cores} cores, ${load}\n${text}\n`,
        );
    }
  } finally {
    await stopCollectors();
  }
  if (json) console.log(JSON.stringify(results, undefined, 2));
  return code;
}

process.exitCode = await runCommand(bench);
