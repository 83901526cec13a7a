import { Command, Option } from "commander";
import { projectDir, readStack } from "../config/stack-file.ts";
import { exitCodes, runCommand } from "../lib/command-line.ts";
import { drift } from "./drift.ts";
import { migrate } from "./migrate.ts";
import { preview, type PreviewOptions } from "./preview.ts";
import { up, type UpOptions } from "./up.ts";

/** What all commands are told of the stack. */
const stackOption = () => new Option("--stack <name>", "stack, as in Pulumi.<name>.yaml").makeOptionMandatory();

/** What the command line gives `preview`. */
type PreviewArguments = Omit<PreviewOptions, "output"> & { output?: string; drift?: true };

async function main(signal: AbortSignal): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = new Command("review").exitOverride().showHelpAfterError();
  program
    .command("preview")
    .description(
      "Shows what `up` would do, for people who review it, or with --drift what is not as the last one left it. Changes nothing.",
    )
    .addOption(stackOption())
    .option(
      "--output <file>",
      "where the report is written, within the size of a comment (default: preview.md or drift.md)",
    )
    .option("--link <url>", "where people find the whole report, if it does not fit into a comment")
    .option("--plan <file>", "save what is previewed, for `npm run up -- --plan <file>`")
    .option("--no-policies", "do not ask the policies")
    .addOption(
      new Option("--drift", "compare with what the cluster, Vault and Elasticsearch have now").conflicts([
        "plan",
        "policies",
      ]),
    )
    .addHelpText(
      "after",
      "\nExit codes: 0 accepted, 1 refused, 2 it could not be made, 3 (with --drift) something is not as it was left.",
    )
    .action(async ({ drift: compare, output, ...options }: PreviewArguments) => {
      const surroundings = { directory: projectDir, signal };
      const stack = readStack(options.stack);
      exitCode = compare
        ? await drift(stack, { ...options, output: output ?? "drift.md" }, surroundings)
        : await preview(stack, { ...options, output: output ?? "preview.md" }, surroundings);
    });
  program
    .command("up")
    .description("Brings the stack to what its files say, with the policies.")
    .addOption(stackOption())
    .option("--plan <file>", "do what this plan says and nothing else")
    .addOption(
      new Option("--refresh", "read everything first, and put back what was changed by hand").conflicts("plan"),
    )
    .option("--yes", "do not ask")
    .option("--no-policies", "do not ask the policies")
    .addHelpText("after", "\nExit codes: 0 done, 1 refused or failed, 2 it could not be begun.")
    .action(async (options: UpOptions) => {
      exitCode = await up(readStack(options.stack), options, { directory: projectDir, signal });
    });
  program
    .command("migrate")
    .description("Changes the state of a stack that an older version of this program wrote, where `up` says so.")
    .addOption(stackOption())
    .addHelpText("after", "\nExit codes: 0 done, 2 it could not be done, and the state is as it was.")
    .action(async (options: { stack: string }) => {
      exitCode = await migrate(readStack(options.stack), options, { directory: projectDir, signal });
    });
  await program.parseAsync(process.argv.slice(2), { from: "user" });
  return exitCode;
}

process.exitCode = await runCommand(main);
