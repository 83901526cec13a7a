import { z } from "zod";
import { recordOf } from "./records.ts";

/** @param serviceIds services of the landscape. */
export function sampling(serviceIds: readonly string[]) {
  const percent = z.number().min(0).max(100);
  return z
    .strictObject({
      percent: percent.default(100).meta({
        description:
          "Share of ordinary traces that is kept. Errors and slow spans always keep their trace, also when they come late.",
        unit: "percent",
        examples: [10],
      }),
      slowMs: z
        .number()
        .int()
        .min(1)
        .max(24 * 3600 * 1000)
        .default(2000)
        .meta({
          description: "A span that lasts longer keeps its trace.",
          unit: "milliseconds",
          examples: [2000],
        }),
      services: recordOf(
        serviceIds,
        percent.meta({
          description:
            "The share for one service. A trace of several services is kept with the largest of their shares.",
          absent: "`percent`",
          unit: "percent",
          examples: [10],
        }),
      )
        .default({})
        .meta({ description: "The share for single services.", absent: "`percent` for all" }),
    })
    .prefault({})
    .meta({ description: "Which traces are kept.", examples: [{ percent: 10, slowMs: 2000 }] });
}
