import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import type { Resource } from "../../policies/core/resource.ts";

type Entry = { type: string; inputs?: Record<string, unknown> };

/** The resources of a stack, as test/graph says. `test/stacks.test.ts` keeps that true. */
export function resourcesOf(stack: string): Resource[] {
  const graph = load(readFileSync(join(import.meta.dirname, "../graph", `${stack}.yaml`), "utf8")) as Record<
    string,
    Entry
  >;
  return Object.entries(graph).map(([path, { type, inputs = {} }]) => {
    const name = path.split("/").at(-1)!;
    return { urn: `urn:pulumi:${stack}::order-tracing::${type}::${name}`, type, name, props: inputs, unknown: [] };
  });
}
