import { Command, InvalidArgumentError, Option } from "commander";
import { driveOrders } from "./index.ts";
import { leavings, type Leaving } from "./scenario.ts";

const wholeNumber = (text: string) => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
};

interface Flags {
  count?: number;
  shop?: string;
  crm?: string;
  mes?: string;
  minutes?: number;
  leave?: Leaving;
  json?: boolean;
}

const command = new Command("driver")
  .description("Drives orders through Shop, CRM and MES as their users would, some of them into failures.")
  .option("--count <n>", "number of orders (default 12: every outcome)", wholeNumber)
  .option("--shop <url>", "shop-api (default: a tunnel to its Service)")
  .option("--crm <url>", "crm-api (default: the same)")
  .option("--mes <url>", "mes-api (default: the same)")
  .option("--minutes <n>", "longest time for all orders together (default 10)", wholeNumber)
  .addOption(
    new Option("--leave <where>", "leave all orders there, instead of seeing them to their end").choices(leavings),
  )
  .option("--json", "write the results to standard output as JSON");

const { json, ...options } = command.parse().opts<Flags>();
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.once(name, () => stop.abort(new Error(`ended by ${name}`)));
}

try {
  const results = await driveOrders({ ...options, signal: stop.signal, ...(json && { onProgress: console.error }) });
  if (json) console.log(JSON.stringify(results, undefined, 2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
