import { labels, namespace as ownNamespace } from "../../lib/names.ts";

/**
 * Metadata of an object that the stack owns as a whole.
 *
 * `patchForce`: an `up` that was cut off leaves the object to a field manager whose name nobody remembers; the next one
 * must be able to go on. Patches of other people's objects never have it.
 */
export function ownMetadata(name: string, workload = name, namespace = ownNamespace) {
  return { name, namespace, labels: labels(workload), annotations: { "pulumi.com/patchForce": "true" } };
}
