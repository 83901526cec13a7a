import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { Command } from "commander";
import { readCertificates } from "../config/context.ts";
import { readStack } from "../config/stack-file.ts";
import { SettingsError } from "../config/settings-error.ts";
import { bootstrapSteps, type Credentials } from "./steps.ts";
import { VaultClient, VaultError } from "../lib/vault-client.ts";

/**
 * Asks on standard input, one line each: a pipe writes them, or a person types. The terminal is put into raw mode, so that
 * the password is not shown.
 */
async function ask(): Promise<Credentials> {
  const terminal = process.stdin.isTTY;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const input = createInterface({ input: process.stdin, output: silent, terminal });
  // One iterator: a second reader would lose the lines that came with the first.
  const lines = input[Symbol.asyncIterator]();
  const answer = async (question: string) => {
    process.stderr.write(`${question}: `);
    const { value, done } = await lines.next();
    if (terminal) process.stderr.write("\n");
    if (done || !value.trim()) throw new SettingsError(`No answer to "${question}": run again and give one.`);
    return value.trim();
  };
  try {
    const username = await answer("User of Elasticsearch for Vault (needs the cluster privilege manage_security)");
    return { username, password: await answer("Its password") };
  } finally {
    input.close();
  }
}

async function main(stack: string): Promise<void> {
  // Not the name that was given: it may be a full one, and the paths in Vault are made of the last part.
  const { name, settings } = readStack(stack);
  const token = process.env["VAULT_TOKEN"];
  if (!token) throw new SettingsError("VAULT_TOKEN is not set.\n  write:   export VAULT_TOKEN=<your token for Vault>");
  const { address, caFile } = settings.vault;
  const vault = new VaultClient({ address, ca: readCertificates("vault.caFile", caFile), token });
  for (const step of bootstrapSteps(name, settings, vault, ask)) {
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
