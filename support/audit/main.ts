import { Command } from "commander";
import { storeAccess } from "../../components/elasticsearch/addresses.ts";
import { accountsOf, storeNames } from "../../components/elasticsearch/names.ts";
import { readStack } from "../../config/stack-file.ts";
import { argument, exitCodes, progressWhenSlow, runCommand } from "../../lib/command-line.ts";
import { storeReach } from "../../lib/elasticsearch/reach.ts";
import { openStore } from "../../lib/elasticsearch/store.ts";
import { loadKubeConfig } from "../../lib/kubeconfig.ts";
import { parseSince } from "../../lib/time.ts";
import { findRecords } from "./find.ts";
import type { Question } from "./query.ts";
import { auditText } from "./report.ts";

interface Arguments extends Omit<Question, "since"> {
  stack: string;
  since?: number;
  most: number;
  json?: true;
}

async function main(signal: AbortSignal): Promise<number> {
  const { stack: name, since, most, json, ...question } = parseArguments(process.argv.slice(2));
  const stack = readStack(name);
  const progress = progressWhenSlow();
  progress("asking Vault for the reader of who read what");
  const names = storeNames({ stack: stack.name, settings: stack.settings }).audit;
  const audit = { user: accountsOf(names.reader)[0], reader: "the reader of who read what", indices: names.readAlias };
  const reach = await storeReach(storeAccess(stack, audit), loadKubeConfig(stack.settings.cluster));
  await using store = openStore({ ...reach, signal });
  progress("reading the records");
  const from = since ?? Date.now() - stack.settings.access.auditDays * 86_400_000;
  const { namespace } = stack.settings.cluster;
  const found = { stack: stack.name, namespace, ...(await findRecords(store, { ...question, since: from }, most)) };
  process.stdout.write(`${json ? JSON.stringify(found, null, 2) : auditText(found)}\n`);
  return found.records.length > 0 ? exitCodes.ok : exitCodes.found;
}

function parseArguments(argv: readonly string[]): Arguments {
  const command = new Command("audit")
    .description("Shows who read which trace, and who was refused. Reads only.")
    .requiredOption("--stack <name>", "stack whose settings to take, as in Pulumi.<name>.yaml")
    .option("--trace <id>", "who opened this trace", argument(parseTrace))
    .option("--order <id>", "who searched for this order", argument(parseOrder))
    .option("--person <mail>", "what this person did", argument(parsePerson))
    .option("--refused", "what was refused")
    .option("--searches", "who searched for traces")
    .option("--since <time>", "oldest records: 12h, 3d, or RFC 3339 (default: access.auditDays)", argument(parseSince))
    .option("--most <count>", "records that are shown, the newest", argument(parseMost), 200)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nVAULT_TOKEN needs the policy tracing-<stack>-audit.\n" +
        "Exit codes: 0 somebody did, 1 nobody did, 2 the store could not be asked.",
    )
    .exitOverride()
    .parse(argv, { from: "user" });
  const options = command.opts<Arguments>();
  const { trace, order, person, refused, searches } = options;
  if ([trace, order, person, refused, searches].every((one) => one === undefined)) {
    command.error("error: give one or more of --trace, --order, --person, --refused and --searches");
  }
  return options;
}

function parseTrace(text: string): string {
  const id = text.trim();
  if (/^[0-9a-f]{1,32}$/i.test(id) && !/^0+$/.test(id)) return id;
  throw new RangeError(
    `"${text}" is no id of a trace: up to 32 hexadecimal digits, as in Jaeger's address /trace/<id>.`,
  );
}

function parseOrder(text: string): string {
  const id = text.trim();
  if (/^[0-9A-Za-z-]{1,64}$/.test(id)) return id;
  throw new RangeError(`"${text}" is no id of an order: letters, digits and - only.`);
}

function parsePerson(text: string): string {
  const person = text.trim();
  if (/^[^\s@]+@[^\s@]+$/.test(person)) return person;
  throw new RangeError(`"${text}" is no mail address: write it as the identity provider has it.`);
}

function parseMost(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1) throw new RangeError(`"${text}" is not from 1 to 99999.`);
  return Number(text);
}

process.exitCode = await runCommand(main);
