import type { V1Container, V1LimitRange, V1PodSpec } from "@kubernetes/client-node";
import { amount } from "../quantity.ts";

/** What is asked for, by the names that quotas use: `requests.cpu` in cores, `limits.memory` in bytes, `pods`. */
export type Amounts = Readonly<Record<string, number>>;

const resources = ["cpu", "memory"] as const;
type Kind = "requests" | "limits";

/** What a limit range gives to containers that ask for nothing. */
export type Defaults = Readonly<Record<Kind, Readonly<Record<string, string>>>>;

/** What a container that says nothing of it has by the limit ranges of its namespace. */
export function defaultsOf(ranges: readonly V1LimitRange[]): Defaults {
  const limits = ranges.flatMap(({ spec }) => spec?.limits ?? []).filter(({ type }) => type === "Container");
  const merged = (values: readonly (Record<string, string> | undefined)[]) =>
    Object.assign({}, ...values) as Record<string, string>;
  return {
    requests: merged(limits.map(({ _default, defaultRequest }) => ({ ..._default, ...defaultRequest }))),
    limits: merged(limits.map(({ _default }) => _default)),
  };
}

const noDefaults: Defaults = { requests: {}, limits: {} };

/** What one container asks for. Undefined: it does not say. */
export function askedBy(
  { resources: own }: Pick<V1Container, "resources">,
  kind: Kind,
  resource: string,
  defaults: Defaults = noDefaults,
): number | undefined {
  const limit = own?.limits?.[resource];
  // A limit alone is a request too.
  const said = kind === "limits" ? limit : (own?.requests?.[resource] ?? limit);
  const quantity = said ?? defaults[kind][resource];
  return quantity === undefined ? undefined : amount(quantity);
}

/** What a pod asks for, as the scheduler and quotas count it. */
export function podNeeds({ containers, initContainers = [], overhead = {} }: V1PodSpec, defaults?: Defaults): Amounts {
  const sums = resources.flatMap((resource) =>
    (["requests", "limits"] as const).map((kind): [string, number] => {
      const of = (container: V1Container) => askedBy(container, kind, resource, defaults) ?? 0;
      let [beside, peak] = [0, 0];
      for (const container of initContainers) {
        peak = Math.max(peak, beside + of(container));
        // It stays beside all that come after it.
        if (container.restartPolicy === "Always") beside += of(container);
      }
      const running = containers.reduce((sum, container) => sum + of(container), beside);
      return [`${kind}.${resource}`, Math.max(peak, running) + amount(overhead[resource] ?? "0")];
    }),
  );
  return { ...Object.fromEntries(sums), pods: 1 };
}

/** The sum of some amounts, each times a number. */
export function total(parts: readonly (readonly [Amounts, number])[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [amounts, times] of parts)
    for (const [name, value] of Object.entries(amounts)) sum[name] = (sum[name] ?? 0) + value * times;
  return sum;
}

/** What a patch does to the pods of a service. */
export interface Grown {
  who: string;
  /** A pod with the patch. */
  spec: V1PodSpec;
  /** What all its pods together ask for more. */
  added: Amounts;
}

/** @param pods how many there are. */
export function growth(who: string, before: V1PodSpec, after: V1PodSpec, pods: number): Grown {
  const added = total([
    [podNeeds(after), pods],
    [podNeeds(before), -pods],
  ]);
  return { who, spec: after, added };
}
