import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { monitoringFiles } from "../components/monitoring/files.ts";
import { readStack } from "../config/stack-file.ts";
import { AskError } from "../lib/ask-error.ts";
import { exitCodes, runCommand } from "../lib/command-line.ts";

/** Writes what a stack has for the company's Prometheus and Grafana. The same settings give the same files. */
async function main(): Promise<number> {
  const { stack: name, output } = parseArguments(process.argv.slice(2));
  const { name: stack, settings, landscape } = readStack(name);
  if (!settings.monitoring) {
    throw new AskError(
      `Stack ${stack} measures nothing: write the block order-tracing:monitoring into Pulumi.${stack}.yaml, as docs/settings.md shows it.`,
    );
  }
  const folder = resolve(output ?? join("monitoring", "out", stack));
  await mkdir(folder, { recursive: true });
  const files = Object.entries(monitoringFiles({ stack, settings, landscape }, settings.monitoring));
  for (const [file, text] of files) await writeFile(join(folder, file), text);
  process.stdout.write(`${files.map(([file]) => join(folder, file)).join("\n")}\n`);
  return exitCodes.ok;
}

function parseArguments(argv: readonly string[]): { stack: string; output?: string } {
  return new Command("monitoring")
    .description(
      "Writes the scrape configuration, alert rules, data sources and dashboards of a stack, for the company's Prometheus and Grafana. Changes nothing else.",
    )
    .requiredOption("--stack <name>", "stack whose settings to take, as in Pulumi.<name>.yaml")
    .option("--output <folder>", "where to write (default: monitoring/out/<stack>)")
    .exitOverride()
    .parse(argv, { from: "user" })
    .opts();
}

process.exitCode = await runCommand(main);
