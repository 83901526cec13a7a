import { Application } from "./api.ts";
import { live, type Applications, type OrderResult } from "./life.ts";
import { scenarios, type Leaving } from "./scenario.ts";

export type { OrderResult } from "./life.ts";

/** How to drive orders. */
export interface DriveOptions {
  /** Number of orders, 1 to 500. Default: 12, which has every outcome. */
  readonly count?: number;
  /** Base URL of shop-api. Default, for all three: a tunnel to its Service. */
  readonly shop?: string;
  readonly crm?: string;
  readonly mes?: string;
  /** Leaves all orders there instead of seeing them to their end. MES need not run then. */
  readonly leave?: Leaving;
  /** Ends the work. */
  readonly signal?: AbortSignal;
  /** Longest time for all orders together, in minutes. Default: 10. */
  readonly minutes?: number;
  /** Gets a line for each order that ended. Default: standard output. */
  readonly onProgress?: (line: string) => void;
}

/** Not all orders ended as they had to. */
export class OrdersFailed extends Error {
  override name = "OrdersFailed";
  readonly results: readonly OrderResult[];

  constructor(results: readonly OrderResult[]) {
    const wrong = results.filter(({ outcome, expected }) => outcome !== expected);
    super([`${wrong.length} of ${results.length} orders did not end as they had to:`, ...wrong.map(line)].join("\n  "));
    this.results = results;
  }
}

const services = { shop: "shop-api", crm: "crm-api", mes: "mes-api" } as const;
const sides = ["shop", "crm", "mes"] as const;
const readyMilliseconds = 120_000;
const maximum = 500;
/** More at a time would measure the machine, not the landscape. */
const concurrency = 4;

/**
 * Plays the three front ends: drives orders through the whole landscape, from the shop to the carrier, some of them into
 * the failures that the company knows. Every order is seen to its end.
 *
 * @returns what became of each order, in the order of placing
 * @throws OrdersFailed if one did not end as it had to; Error if an application cannot be reached or time is up
 */
export async function driveOrders(options: DriveOptions = {}): Promise<OrderResult[]> {
  const { count = 12, minutes = 10, onProgress = console.log } = options;
  if (!Number.isInteger(count) || count < 1 || count > maximum) {
    throw new Error(`count is ${count}; it must be a whole number from 1 to ${maximum}`);
  }
  const timeout = AbortSignal.timeout(minutes * 60_000);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  await using stack = new AsyncDisposableStack();
  const applications = await reach(options, onProgress, signal, stack);
  const needed = options.leave ? (["shop", "crm"] as const) : sides;
  await Promise.all(needed.map((side) => applications[side].ready(readyMilliseconds)));

  const results: OrderResult[] = [];
  const queue = scenarios(count, options.leave).entries();
  const worker = async () => {
    for (const [index, scenario] of queue) {
      signal.throwIfAborted();
      const result = await live(scenario, applications);
      results[index] = result;
      onProgress(line(result));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker)).catch((error: unknown) => {
    // What an aborted wait throws does not say who ended it.
    options.signal?.throwIfAborted();
    if (!timeout.aborted) throw error;
    throw new Error(`the orders were not through after ${minutes} minutes`, { cause: error });
  });
  if (results.some(({ outcome, expected }) => outcome !== expected)) throw new OrdersFailed(results);
  return results;
}

async function reach(
  options: DriveOptions,
  warn: (text: string) => void,
  signal: AbortSignal,
  stack: AsyncDisposableStack,
): Promise<Applications> {
  const url = async (side: (typeof sides)[number]) => {
    if (options[side]) return options[side];
    // Loaded only when needed: with given URLs no cluster has to be there.
    const { connect } = await import("../kubernetes/client.ts");
    const { listen } = await import("../../tunnels/listen.ts");
    const target = { namespace: side, service: services[side], port: 8080 };
    return `http://127.0.0.1:${stack.use(await listen(connect().config, { target }, warn)).port}`;
  };
  const [shop, crm, mes] = await Promise.all(
    sides.map(async (side) => new Application(services[side], await url(side), signal)),
  );
  return { shop: shop!, crm: crm!, mes: mes! };
}

function line({ orderId, outcome, expected, steps, error }: OrderResult): string {
  const seconds = steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000;
  const last = steps.at(-1)?.name ?? "nothing";
  const wrong = outcome === expected ? "" : ` instead of ${expected}, after "${last}"${error ? `: ${error}` : ""}`;
  return `order ${orderId ?? "(not placed)"} ${outcome}${wrong} (${steps.length} steps, ${seconds.toFixed(1)} s)`;
}
