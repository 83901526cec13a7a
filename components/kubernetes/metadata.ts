import type { Settings } from "../../config/settings.ts";
import { labels } from "../../lib/names.ts";

/**
 * Metadata of an object that the stack owns as a whole.
 *
 * `patchForce`: an `up` that was cut off leaves the object to a field manager whose name nobody remembers; the next one
 * must be able to go on. Patches of other people's objects never have it.
 *
 * @param workload of the stack that the object belongs to.
 * @param namespace default: the stack's own.
 */
export function ownMetadata(
  { cluster, objects }: Pick<Settings, "cluster" | "objects">,
  name: string,
  { workload = name, namespace = cluster.namespace }: { workload?: string; namespace?: string } = {},
) {
  return {
    name,
    namespace,
    labels: { ...objects.labels, ...labels(workload) },
    annotations: { ...objects.annotations, "pulumi.com/patchForce": "true" },
  };
}
