import type { KubernetesObject } from "@kubernetes/client-node";

/** A step of a path in `managedFields`: a field, or the entry of a list with this key. */
export type Step = string | Readonly<Record<string, string>>;

/** Path of an entry of the container's environment. */
export const environmentPath = (container: string, variable: string): Step[] => [
  ...podPath,
  "containers",
  { name: container },
  "env",
  { name: variable },
];

/** Path of the pod's spec in a workload. */
export const podPath: readonly Step[] = ["spec", "template", "spec"];

/** The field managers that own a field, or anything below it. */
export function managersOf({ metadata }: KubernetesObject, path: readonly Step[]): string[] {
  const owners = (metadata?.managedFields ?? []).filter(({ fieldsV1 }) => {
    let at: unknown = fieldsV1;
    for (const step of path) {
      if (typeof at !== "object" || at === null) return false;
      at = Object.entries(at).find(([key]) => isStep(key, step))?.[1];
    }
    return at !== undefined;
  });
  return [...new Set(owners.map(({ manager }) => manager ?? "unknown"))];
}

function isStep(key: string, step: Step): boolean {
  if (typeof step === "string") return key === `f:${step}`;
  if (!key.startsWith("k:")) return false;
  const keys = JSON.parse(key.slice(2)) as Record<string, unknown>;
  return Object.entries(step).every(([name, value]) => keys[name] === value);
}
