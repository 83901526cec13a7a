import type { Context } from "../../config/context.ts";
import type { Stack } from "../../config/stack-file.ts";

/** A stack of whose files none is read: for what runs on the loopback, where its certificates mean nothing. */
export function withoutFiles({ name: stack, settings, landscape }: Stack): Context {
  return {
    ...{ stack, settings, landscape, authorityPeriod: "0" },
    ...{ vaultCa: "", stackRoot: "", elasticsearchCa: "" },
  };
}
