import type { Refresh } from "../engine/refreshed.ts";
import { commandToDelete } from "./commands.ts";
import type { Drift, Remark } from "./drift.ts";
import { valueAt } from "./fields.ts";
import type { Neighbours } from "./neighbours.ts";
import { authorsOf } from "./owners.ts";

/**
 * What stands in the namespace and is not the stack's. What a controller has made of an object is that object's.
 *
 * @param expected field managers of the company's own controllers, whose objects are none.
 */
export function strangersAmong(
  { objects: found, unread }: Neighbours,
  { resources }: Refresh,
  expected: readonly string[],
): { drifts: Drift[]; remarks: Remark[] } {
  const identity = (object: unknown) =>
    ["kind", "metadata.namespace", "metadata.name"].map((path) => valueAt(object, path.split("."))).join("/");
  const own = new Set(resources.map(({ recorded }) => identity(recorded)));
  const drifts = found
    .filter((object) => !own.has(identity(object)) && !object.metadata?.ownerReferences?.length)
    .map((object) => ({ object, by: authorsOf(object) }))
    .filter(({ by }) => !by.some(({ manager }) => expected.includes(manager)))
    .map(({ object, by }): Drift => ({
      urn: undefined,
      kind: object.kind!,
      subject: `${object.metadata!.namespace}/${object.metadata!.name}`,
      what: "stranger",
      by,
      mend: "commands",
      commands: [commandToDelete(object)],
    }));
  const remarks = unread.map((kind) => ({
    subject: kind,
    text: "the run may not list them: whether others stand in the namespace is not known",
  }));
  return { drifts, remarks };
}
