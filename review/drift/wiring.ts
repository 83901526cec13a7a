import { entriesOf, lackingEntries, livePatch, type Workload } from "../../components/wiring/live-patch.ts";
import { workloadPatch } from "../../components/wiring/plan.ts";
import type { Context } from "../../config/context.ts";
import type { Refreshed } from "../engine/refreshed.ts";
import { text } from "../consequences/consequence.ts";
import type { Drift } from "./drift.ts";
import { valueAt } from "./fields.ts";
import { lastAuthor } from "./owners.ts";

/**
 * Whether the patch of a service is still there. The provider compares its lists by position with those of the live object, which
 * begin with the owner's own entries, so its word counts for nothing here.
 *
 * @param wanted the patch of the settings, if they still have one.
 */
export function wiringDrift(
  { recorded, live, object }: Refreshed,
  of: Pick<Drift, "urn" | "kind" | "subject">,
  wanted: Workload | undefined,
): Drift | undefined {
  if (live === undefined) return { ...of, what: "deleted", by: [], mend: "up", commands: [] };
  const is = object as Workload;
  // A refresh records the owner's entries in the place of ours. Of other settings than those of now, nothing better is known.
  const patch = wanted && livePatch(is, wanted).state !== "outdated" ? wanted : (recorded as Workload);
  if (livePatch(is, patch).state === "applied") return undefined;
  const own = text(valueAt(recorded, ["metadata", "annotations", "pulumi.com/patchFieldManager"]));
  const lacking = lackingEntries(is, patch);
  const lacks = lacking.length === entriesOf(patch).length ? [] : lacking.map(withoutValue);
  return { ...of, what: "unwired", lacks, by: lastAuthor(object, own ? [own] : []), mend: "up", commands: [] };
}

/** A name says enough, and a value may be long. */
const withoutValue = (entry: string): string =>
  entry.startsWith("checksum ")
    ? "its checksum"
    : entry.replace(/=.*$/s, "").replace(/^(init container \S+) .*$/, "$1");

/** Patches of the settings, by what they are for. */
export const patchesOf = (context: Context): Map<string, Workload> =>
  new Map(
    context.landscape.services.map((service) => [
      `${service.namespace}/${service.deployment}`,
      workloadPatch(context, service) as Workload,
    ]),
  );
