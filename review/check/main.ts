import { Command } from "commander";
import { createContext } from "../../config/context.ts";
import { readStack } from "../../config/stack-file.ts";
import { exitCodes, progressWhenSlow, runCommand } from "../../lib/command-line.ts";
import { loadKubeConfig } from "../../lib/kubeconfig.ts";
import { lookBefore, patienceMs } from "./check.ts";
import { isLacking, lackingRights, mustStop, report } from "./report.ts";

async function main(signal: AbortSignal): Promise<number> {
  const command = new Command("check")
    .description(
      "Looks at the cluster, at Vault and at every service, as `preview` and `up` do first. Changes nothing.",
    )
    .requiredOption("--stack <name>", "stack whose settings to take, as in Pulumi.<name>.yaml")
    .option(
      "--strict",
      "exit code 1 also where the run has no right to read something, or lacks what an up needs",
      false,
    )
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExit codes: 0 nothing in the way (but for what this run lacks), 1 something to mend, 2 the cluster could not be asked.",
    )
    .exitOverride()
    .parse(process.argv.slice(2), { from: "user" });
  const { stack, strict, json } = command.opts<{ stack: string; strict: boolean; json?: true }>();
  const context = createContext(readStack(stack));
  progressWhenSlow()("asking the cluster and Vault");
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const subjects = await lookBefore(loadKubeConfig(context.settings.cluster), context, patience);
  process.stdout.write(`${json ? JSON.stringify({ stack: context.stack, subjects }, null, 2) : report(subjects)}\n`);
  const lacking = strict ? lackingRights(subjects) : [];
  if (lacking.length > 0)
    process.stderr.write(`${lacking.length} thing(s) that the run may not read: see docs/guides/deployer-rights.md.\n`);
  return mustStop(subjects) || lacking.length > 0 || (strict && isLacking(subjects)) ? exitCodes.found : exitCodes.ok;
}

// A connection to a cluster that does not answer would keep the process for minutes.
process.exit(await runCommand(main));
