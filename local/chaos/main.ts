/** `npm run chaos -- <case>`: breaks a part of the local stack under a counted load, and counts what the store has afterwards. */
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { readStack } from "../../config/stack-file.ts";
import { argument, exitCodes, runCommand } from "../../lib/command-line.ts";
import { connect } from "../landscape/kubernetes/client.ts";
import { openTraces } from "../landscape/vault/open-store.ts";
import { corporateCa } from "../paths.ts";
import { cases } from "./cases.ts";
import { entrancesOf } from "./entrances.ts";
import { keptOf, untilStored } from "./count.ts";
import { Load } from "./load.ts";
import { complaints, newStarts, rowsOf, startsOf, tableOf } from "./report.ts";

/** The load runs so long before and after the fault, milliseconds. */
const quietMs = 10_000;
/** The rest may take so long to arrive, milliseconds. */
const arrivalMs = 30 * 60_000;

const positive = (text: string) => {
  if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > 5_000)
    throw new RangeError(`"${text}" is not from 1 to 5000.`);
  return Number(text);
};

const list = Object.entries(cases).map(
  ([name, { title, seconds }]) => `  ${name.padEnd(24)}${title}${seconds ? `, ${seconds} s` : ""}`,
);

async function chaos(signal: AbortSignal): Promise<number> {
  const command = new Command("chaos")
    .description("Breaks a part of the local stack under a counted load, mends it, and counts what arrived.")
    .argument("<case>", "what breaks")
    .option("--rate <n>", "spans per second of all groups together", argument(positive), 200)
    .option(
      "--seconds <n>",
      "how long the fault lasts, or a program is killed again and again. Default: as the case says",
      argument(positive),
    )
    .addHelpText("after", `\nCases:\n${list.join("\n")}`)
    .exitOverride()
    .parse();
  const { rate, seconds } = command.opts<{ rate: number; seconds?: number }>();
  const [name] = command.processedArgs as [string];
  const chosen = cases[name] ?? command.error(`There is no case ${name}. There are:\n${list.join("\n")}`);

  const holdSeconds = seconds ?? chosen.seconds;

  const kubernetes = connect();
  const root = await readFile(corporateCa, "utf8");
  const { landscape } = readStack("local");
  const begin = Date.now();
  const progress = (message: string) => {
    process.stderr.write(`${String(Math.round((Date.now() - begin) / 1_000)).padStart(5)} s  ${message}\n`);
  };
  {
    // Before anything is broken: whether what arrives can be counted at all.
    await using store = await openTraces(kubernetes, signal);
    await store.indices();
  }

  const load = new Load(entrancesOf(kubernetes, landscape.services));
  const before = await startsOf(kubernetes);
  progress(`run ${load.run}: ${rate} spans/s`);
  const driving = load.drive(rate, signal);
  try {
    await Promise.race([sleep(quietMs, undefined, { signal }), driving]);
    await Promise.race([
      chosen.run({ kubernetes, root, holdMs: holdSeconds * 1_000, progress, signal }, landscape),
      driving,
    ]);
    await Promise.race([sleep(quietMs, undefined, { signal }), driving]);
  } finally {
    load.stop();
    if (!signal.aborted) progress("the agents take what they were offered last");
    await driving;
  }
  const total = [...load.sent.values()].reduce((sum, { spans }) => sum + spans, 0);
  progress(`${total} spans were sent; waiting for them`);
  // Only now: its password may be one of those that were changed.
  await using store = await openTraces(kubernetes, signal);
  await untilStored(store, load.run, total, {
    ...{ limit: arrivalMs, signal },
    progress: (stored) => progress(`${stored} of ${total} are stored`),
  });
  const rows = rowsOf(load.sent, await keptOf(store, load.run, [...load.sent.keys()]));
  const lost = rows.reduce((sum, row) => sum + row.lost, 0);
  const duplicates = rows.reduce((sum, row) => sum + row.duplicates, 0);

  console.log(`${chosen.title}\n${tableOf(rows)}`);
  for (const start of newStarts(before, await startsOf(kubernetes))) console.log(`  ${start}`);
  for (const text of (await complaints(kubernetes, landscape.services, begin)).slice(0, 12)) console.log(`  ${text}`);
  const atMost = chosen.mayLose?.atMost(rate, holdSeconds) ?? 0;
  if (chosen.mayLose) console.log(`May be lost: ${chosen.mayLose.why}; at most ${atMost} spans.`);
  if (chosen.mayRepeat) console.log(`May be stored twice: ${chosen.mayRepeat}.`);
  const ok = lost <= atMost && (duplicates === 0 || chosen.mayRepeat !== undefined);
  console.log(ok ? "As it must be." : "Not as it must be.");
  return ok ? exitCodes.ok : exitCodes.found;
}

process.exitCode = await runCommand(chaos);
