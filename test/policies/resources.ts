import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dump, load } from "js-yaml";
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

type Tree = Record<string | number, unknown>;

/** A copy in which the value at the keys is another one; `undefined` takes it away. */
export function altered<Of>(of: Of, keys: readonly (string | number)[], value: unknown): Of {
  const copy = structuredClone(of);
  const inner = keys.slice(0, -1).reduce<Tree>((tree, key) => (tree[key] ??= {}) as Tree, copy as Tree);
  const last = keys.at(-1)!;
  if (value === undefined) delete inner[last];
  else inner[last] = value;
  return copy;
}

const stacks = new Map(["dev", "prod"].map((stack) => [stack, new Map(resourcesOf(stack).map((of) => [of.name, of]))]));

/** A resource of our own. */
export function ours(name: string, stack = "dev"): Resource {
  const found = stacks.get(stack)!.get(name);
  if (!found) throw new Error(`stack ${stack} has no resource ${name}: the test is to name another one`);
  return found;
}

/** A resource of our own with one change in its inputs. */
export const changed = (name: string, keys: readonly (string | number)[], value: unknown, stack = "dev"): Resource => ({
  ...ours(name, stack),
  props: altered(ours(name, stack).props, keys, value),
});

/** A resource of our own with one change in the configuration that it holds. */
export function reconfigured(
  name: string,
  keys: readonly (string | number)[],
  value: unknown,
  file = "config.yaml",
  stack = "dev",
): Resource {
  const data = ours(name, stack).props["data"] as Record<string, string>;
  return changed(name, ["data", file], dump(altered(load(data[file]!), keys, value)), stack);
}

/** A resource that others write. */
export function theirs(type: string, props: Record<string, unknown>, name = "theirs"): Resource {
  return { urn: `urn:pulumi:dev::theirs::${type}::${name}`, type, name, props, unknown: [] };
}
