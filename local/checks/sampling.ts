import { stopCollectors, stopOnSignals } from "./collector/process.ts";
import { cases } from "./sampling/cases.ts";

stopOnSignals();
let failed = false;
try {
  for (const one of cases) {
    const faults = await one.run();
    console.log(`${faults.length === 0 ? "ok    " : "FAILED"} ${one.title}`);
    for (const fault of faults) console.error(`         ${fault}`);
    failed ||= faults.length > 0;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  failed = true;
} finally {
  await stopCollectors();
}
// Where a case broke off, its servers still listen.
process.exit(failed ? 1 : 0);
