import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { readStackSettings } from "../config/stack-file.ts";
import { SettingsError } from "../config/settings.ts";
import { bootstrapSteps, type Credentials } from "./steps.ts";
import { vaultApi, VaultError } from "./vault.ts";

/** Asks on standard input, one line each: a person types, a pipe writes. Nothing is echoed into a log or an argument. */
async function ask(): Promise<Credentials> {
  const input = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    process.stderr.write("User of Elasticsearch for Vault (needs the cluster privilege manage_security): ");
    const username = (await input.question("")).trim();
    process.stderr.write("Its password: ");
    const password = (await input.question("")).trim();
    if (!username || !password) throw new SettingsError("user and password must not be empty: nothing was changed");
    return { username, password };
  } finally {
    input.close();
  }
}

async function main(stack: string): Promise<void> {
  const settings = readStackSettings(stack);
  const token = process.env["VAULT_TOKEN"];
  if (!token) throw new SettingsError("VAULT_TOKEN is not set.\n  write:   export VAULT_TOKEN=<your token for Vault>");
  const vault = vaultApi(settings.vault.address, settings.vault.caFile, token);
  for (const step of bootstrapSteps(stack, settings, vault, ask)) {
    console.log(`${await step.run()}: ${step.title}`);
  }
}

const program = new Command("bootstrap")
  .description("Puts the first secrets of a stack straight into Vault. A second run changes nothing.")
  .requiredOption("--stack <name>", "name of the stack")
  .action(async ({ stack }: { stack: string }) => {
    try {
      await main(stack);
    } catch (error) {
      if (!(error instanceof SettingsError || error instanceof VaultError)) throw error;
      console.error(error.message);
      process.exitCode = 1;
    }
  });
await program.parseAsync();
