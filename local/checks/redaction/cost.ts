import { gatewayProcessors, startGateway, tokenOf } from "./gateway.ts";
import { realisticRequest } from "./traffic.ts";

const spans = 10_000;
/** Spans of a request: what an application of some load makes in the 200 ms that its agent waits. */
const requestSize = 20;
const sender = { namespace: "shop", serviceAccount: "shop-api" };

/** CPU milliseconds of the collector for 1,000 spans. */
async function measure(processors: Record<string, object>, requests: readonly Buffer[]): Promise<number> {
  const gateway = await startGateway(processors);
  const token = tokenOf(sender);
  const run = async (count: number) => {
    for (let sent = 0; sent < count; sent += requestSize) {
      await gateway.sendRaw(requests[(sent / requestSize) % requests.length]!, token);
    }
  };
  await run(2000);
  const before = await gateway.cpuSeconds();
  await run(spans);
  const used = (await gateway.cpuSeconds()) - before;
  await gateway.stop();
  return (used * 1000) / (spans / 1000);
}

/** Prints what the redaction costs. A measurement, not a test: it never fails. */
export async function printCost(): Promise<void> {
  const recorder = await startGateway({});
  const requests: Buffer[] = [];
  for (const runtime of ["java", "node"] as const) {
    requests.push((await recorder.send(realisticRequest(runtime, requestSize), sender)).raw);
  }
  await recorder.stop();
  const all = gatewayProcessors();
  const without = Object.fromEntries(
    Object.entries(all).filter(([name]) => !/claims|links|expose|^redaction$|restore/.test(name)),
  );
  const rows = { "without redaction": without, "with redaction": all };
  const results: number[] = [];
  for (const [name, processors] of Object.entries(rows)) {
    const cost = await measure(processors, requests);
    results.push(cost);
    console.log(`${name.padEnd(20)} ${cost.toFixed(1)} ms of CPU for 1,000 spans`);
  }
  console.log(`${(results[1]! / results[0]!).toFixed(2)} times`);
}
