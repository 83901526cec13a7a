import { at, text } from "../consequences/consequence.ts";

/** How kubectl calls an object: `networkpolicy.networking.k8s.io/otel-gateway`. */
function kubectl(object: unknown, verb: string): string {
  const [group] = (text(at(object, "apiVersion")) ?? "").split("/").slice(0, -1);
  const kind = (text(at(object, "kind")) ?? "").toLowerCase();
  const namespace = text(at(object, "metadata", "namespace"));
  return [
    "kubectl",
    ...(namespace === undefined ? [] : ["-n", namespace]),
    verb,
    `${kind}${group ? `.${group}` : ""}/${text(at(object, "metadata", "name"))}`,
  ].join(" ");
}

/** The command that deletes an object. */
export const commandToDelete = (object: unknown): string => kubectl(object, "delete");

/**
 * The command that takes fields out of an object, if it is still as it was read. It names no value: one may be a secret.
 *
 * @param pointers JSON Pointers of the fields.
 */
export function commandToRemove(object: unknown, pointers: readonly string[]): string {
  // A status that changes meanwhile is no other object; what has no status has no generation either.
  const version = ["generation", "resourceVersion"].find((key) => at(object, "metadata", key) !== undefined)!;
  const patch = [
    { op: "test", path: `/metadata/${version}`, value: at(object, "metadata", version) },
    ...[...pointers]
      // Of a list the last entry first: the places of the others stay.
      .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
      .map((path) => ({ op: "remove", path })),
  ];
  return `${kubectl(object, "patch")} --type json -p '${JSON.stringify(patch).replaceAll("'", `'\\''`)}'`;
}
