import { z } from "zod";
import { recordOf } from "./records.ts";

const host = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.:-]*[a-z0-9])?$/, "must be a host name or an address, in small letters, without a port");

/** @param storeIds stores of the landscape. */
export function stores(storeIds: readonly string[]) {
  const store = z
    .strictObject({
      hosts: z
        .array(host)
        .min(1, "is empty: leave it out")
        .optional()
        .meta({
          description:
            "Names or addresses under which the services reach it here, beside the catalogue's: a pooler's, an operator's, a database's outside of the cluster. The proof knows it by them.",
          absent: "the catalogue's `host` alone, anywhere in the name",
          examples: [["pgbouncer.db.svc", "10.20.0.7"]],
        }),
    })
    .meta({ description: "One store." });
  return recordOf(storeIds, store)
    .default({})
    .meta({ description: "What is different about single stores in this environment." });
}
