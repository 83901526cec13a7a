import { cases } from "./agent-metrics/cases.ts";
import { startSite, type Site } from "./agent-metrics/site.ts";
import { tryCases } from "./collector/cases.ts";

await tryCases(cases, async (): Promise<[Site]> => [await startSite()]);
