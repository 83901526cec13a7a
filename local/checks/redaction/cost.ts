import { gatewayProcessors, startGateway, tokenOf } from "./gateway.ts";
import { realisticRequest } from "./traffic.ts";

/** Spans that go through each gateway, in turns, so that both feel the same of what else runs on the machine. */
const spans = 10_000;
const turns = 10;
/** Spans of a request: what a back end makes of an order or two in the 200 ms that its agent waits. */
const requestSize = 8;
const sender = { namespace: "shop", serviceAccount: "shop-api" };

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
  const gateways = [
    { name: "without redaction", gateway: await startGateway(without), seconds: 0 },
    { name: "with redaction", gateway: await startGateway(all), seconds: 0 },
  ];
  const token = tokenOf(sender);
  // The first turn only warms up.
  for (let turn = 0; turn <= turns; turn++) {
    for (const one of gateways) {
      const before = await one.gateway.cpuSeconds();
      for (let sent = 0; sent < spans / turns; sent += requestSize) {
        await one.gateway.sendRaw(requests[(sent / requestSize) % requests.length]!, token);
      }
      if (turn > 0) one.seconds += (await one.gateway.cpuSeconds()) - before;
    }
  }
  for (const { name, gateway, seconds } of gateways) {
    await gateway.stop();
    console.log(`${name.padEnd(20)} ${((seconds * 1000) / (spans / 1000)).toFixed(1)} ms of CPU for 1,000 spans`);
  }
  console.log(`${(gateways[1]!.seconds / gateways[0]!.seconds).toFixed(2)} times`);
}
