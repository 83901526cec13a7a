import { tryCases } from "./collector/cases.ts";
import { cases } from "./sampling/cases.ts";

await tryCases(cases, () => Promise.resolve([]));
