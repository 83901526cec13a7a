/** Tries on the real collector what browsers may send, and what a gateway makes of it. */
import { tryCases } from "./collector/cases.ts";
import { cases } from "./front-ends/cases.ts";
import { landscape, settings, startEntry, type Entry } from "./front-ends/entry.ts";
import { gatewayProcessors, startGateway, type Gateway } from "./redaction/gateway.ts";

await tryCases(cases, async (): Promise<[Entry, Gateway]> => {
  const gateway = await startGateway(gatewayProcessors({ settings, landscape }));
  return [await startEntry(), gateway];
});
