import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { readStack } from "../../config/stack-file.ts";
import { exitCodes, runCommand } from "../../lib/command-line.ts";
import { driveOrders } from "../landscape/driver/index.ts";
import { message } from "../landscape/kubernetes/client.ts";
import { kubeconfig } from "../paths.ts";
import { causeAll } from "./monitoring/alerts.ts";
import { causes } from "./monitoring/causes.ts";
import { askAlerts, askSeries } from "./monitoring/live.ts";
import { askPromtool, type Verdict } from "./monitoring/promtool.ts";
import { tableOf, wasTold } from "./monitoring/told.ts";

const list = Object.entries(causes).map(([name, { title }]) => `  ${name.padEnd(18)}${title}`);

/** Until what is counted is read, milliseconds: agents tell every minute, and Prometheus asks every 15 s. */
const readMs = 90_000;

async function main(signal: AbortSignal): Promise<number> {
  const command = new Command("local:monitoring")
    .description(
      "Tries every alert rule by promtool, and looks whether the company's Prometheus has what rules and pages ask for.",
    )
    .option(
      "--alerts [cause...]",
      "break the local stack instead, until Prometheus tells of it; all causes, or those named",
    )
    .addHelpText("after", `\nCauses:\n${list.join("\n")}`)
    .exitOverride()
    .parse();
  const { alerts } = command.opts<{ alerts?: true | string[] }>();
  if (alerts === undefined) return look(signal);

  const names = alerts === true ? Object.keys(causes) : alerts;
  const unknown = names.find((name) => !(name in causes));
  if (unknown !== undefined) command.error(`There is no cause ${unknown}. There are:\n${list.join("\n")}`);
  const begin = Date.now();
  const progress = (text: string) => {
    process.stderr.write(`${String(Math.round((Date.now() - begin) / 1_000)).padStart(5)} s  ${text}\n`);
  };
  const told = await causeAll(
    names.map((name) => causes[name]!),
    readStack("local").landscape,
    progress,
    signal,
  );
  console.log(tableOf(told));
  return told.every(wasTold) ? exitCodes.ok : exitCodes.found;
}

async function look(signal: AbortSignal): Promise<number> {
  let failed = false;
  const print = ({ title, ok, output }: Verdict) => {
    console.log(`${ok ? "ok    " : "FAILED"} ${title}`);
    if (!ok) console.error(output.replaceAll(/^/gm, "         "));
    failed ||= !ok;
  };
  (await askPromtool("local")).forEach(print);
  if (existsSync(kubeconfig)) {
    try {
      let series = await askSeries("local");
      if (series.some(({ ok }) => !ok)) {
        console.error("Not all is there: drives orders, and asks again.");
        await driveOrders({ signal, onProgress: console.error });
        await sleep(readMs, undefined, { signal });
        series = await askSeries("local");
      }
      series.forEach(print);
      print(await askAlerts());
    } catch (error) {
      signal.throwIfAborted();
      print({ title: "asking Prometheus; `npm run local` brings it up", ok: false, output: message(error) });
    }
  } else console.log("There is no local environment: what runs there is not looked at.");
  return failed ? exitCodes.found : exitCodes.ok;
}

process.exitCode = await runCommand(main);
