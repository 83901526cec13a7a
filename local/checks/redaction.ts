import { parseArgs } from "node:util";
import { printCost } from "./redaction/cost.ts";
import { stopCollectors, stopOnSignals } from "./collector/process.ts";
import { gatewayProcessors, startGateway } from "./redaction/gateway.ts";
import { identityFaults } from "./redaction/identity.ts";
import { cells, leaks, printTable } from "./redaction/leaks.ts";
import { needlessRules } from "./redaction/mutations.ts";
import { falselyMasked } from "./redaction/survivors.ts";

const { values: flags } = parseArgs({
  options: { mutations: { type: "boolean", default: false }, cost: { type: "boolean", default: false } },
});

stopOnSignals();

let failed = false;

function report(title: string, faults: readonly string[]): void {
  for (const fault of faults) console.error(`  ${fault}`);
  console.log(`${title}: ${faults.length}`);
  failed ||= faults.length > 0;
}

try {
  if (flags.cost) {
    await printCost();
  } else {
    // A gateway that changes nothing shows everything, or the search is blind.
    const open = await startGateway({});
    report("values that the search does not see where they are", cells(await leaks(open), "clean", "lost", "dropped"));
    await open.stop();

    const gateway = await startGateway(gatewayProcessors());
    const table = await leaks(gateway);
    printTable(table);
    report("values found or spans lost", cells(table, "found", "lost"));
    report("harmless values changed", await falselyMasked(gateway));
    report("faults of identity", await identityFaults(gateway));
    await gateway.stop();

    if (flags.mutations) report("rules that nothing here needs", await needlessRules());
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  failed = true;
} finally {
  await stopCollectors();
}
process.exitCode = failed ? 1 : 0;
