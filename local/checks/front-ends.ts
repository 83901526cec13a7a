/** Tries on the real collector what browsers may send, and what a gateway makes of it. */
import { stopCollectors, stopOnSignals } from "./collector/process.ts";
import { cases } from "./front-ends/cases.ts";
import { landscape, settings, startEntry } from "./front-ends/entry.ts";
import { gatewayProcessors, startGateway } from "./redaction/gateway.ts";

stopOnSignals();
let failed = false;
try {
  const gateway = await startGateway(gatewayProcessors({ settings, landscape }));
  const entry = await startEntry();
  for (const one of cases) {
    const faults = await one.run(entry, gateway);
    console.log(`${faults.length === 0 ? "ok    " : "FAILED"} ${one.title}`);
    for (const fault of faults) console.error(`         ${fault}`);
    failed ||= faults.length > 0;
  }
  await Promise.all([entry.stop(), gateway.stop()]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  failed = true;
} finally {
  await stopCollectors();
}
// Where a case broke off, its servers still listen.
process.exit(failed ? 1 : 0);
