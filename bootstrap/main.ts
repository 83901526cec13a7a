import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import { Command } from "commander";
import { readCertificates } from "../config/context.ts";
import { readStack } from "../config/stack-file.ts";
import { SettingsError } from "../config/settings-error.ts";
import { AskError } from "../lib/ask-error.ts";
import { rotationSteps } from "./rotation.ts";
import { bootstrapSteps, type Answers, type Step } from "./steps.ts";
import { VaultClient, VaultError } from "../lib/vault-client.ts";
import { vaultToken } from "../lib/vault-token.ts";

/**
 * Asks on standard input, one line each: a pipe writes them, or a person types. The terminal is put into raw mode, so that
 * what is typed is not shown.
 */
function questions(): Answers & Disposable {
  const terminal = process.stdin.isTTY;
  let input: Interface | undefined;
  // One iterator: a second reader would lose the lines that came with the first. Nothing is read before something is asked.
  let lines: AsyncIterator<string> | undefined;
  const answer = async (question: string) => {
    input ??= createInterface({
      input: process.stdin,
      output: new Writable({ write: (_chunk, _encoding, done) => done() }),
      terminal,
    });
    lines ??= input[Symbol.asyncIterator]();
    process.stderr.write(`${question}: `);
    const { value, done } = (await lines.next()) as IteratorResult<string, undefined>;
    if (terminal) process.stderr.write("\n");
    const text = value?.trim();
    if (done || !text) throw new SettingsError(`No answer to "${question}": run again and give one.`);
    return text;
  };
  return {
    async elasticsearch() {
      const username = await answer(
        "User of Elasticsearch for Vault alone (needs the cluster privilege manage_security; its password is changed at once)",
      );
      return { username, password: await answer("Its password") };
    },
    async snapshotKey() {
      const access_key = await answer("Name of the key of the S3 bucket (elasticsearch.snapshots.bucket)");
      return { access_key, secret_key: await answer("Its secret") };
    },
    clientSecret: () => answer("Secret of the client at the identity provider (access.oidc.clientId)"),
    [Symbol.dispose]: () => input?.close(),
  };
}

async function main(stack: string, rotate: boolean): Promise<void> {
  // Not the name that was given: it may be a full one, and the paths in Vault are made of the last part.
  const { name, settings, landscape } = readStack(stack);
  const token = vaultToken();
  if (!token)
    throw new SettingsError(
      "VAULT_TOKEN is not set, and there is no ~/.vault-token.\n  write:   export VAULT_TOKEN=<your token for Vault>",
    );
  const { address, caFile, namespace: vaultNamespace } = settings.vault;
  const vault = new VaultClient({
    address,
    namespace: vaultNamespace,
    ca: readCertificates("vault.caFile", caFile),
    token,
  });
  using ask = questions();
  const subject = { name, settings, groups: landscape.groups };
  await runAll(bootstrapSteps(subject, vault, ask));
  if (rotate) await runAll(await rotationSteps(subject, vault));
}

async function runAll(steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (step.begins !== undefined) console.error(step.begins);
    console.log(`${await step.run()}: ${step.title}`);
  }
}

const program = new Command("bootstrap")
  .description("Puts the first secrets of a stack straight into Vault. A second run changes nothing.")
  .requiredOption("--stack <name>", "name of the stack")
  .option("--rotate", "new passwords for all users of Elasticsearch, without loss: takes two minutes", false)
  .action(async ({ stack, rotate }: { stack: string; rotate: boolean }) => {
    try {
      await main(stack, rotate);
    } catch (error) {
      if (!(error instanceof AskError || error instanceof VaultError)) throw error;
      console.error(error.message);
      process.exitCode = 1;
    }
  });
await program.parseAsync();
