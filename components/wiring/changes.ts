import type { Context } from "../../config/context.ts";
import type { Service } from "../../config/landscape.ts";
import type { LivePatch } from "./live-patch.ts";
import { workloadPatch, type WorkloadPatch } from "./plan.ts";

/** Annotation with the generation of the workload in which the patch was missing. */
const appliedTo = "order-tracing/applied-to";

/**
 * The patch, as the engine is told of it. The engine knows what it applied last, and not that somebody took it away: it
 * applies a patch again if the patch says something new.
 */
export function patchFor(context: Context, service: Service, live: LivePatch | undefined): WorkloadPatch {
  const patch = workloadPatch(context, service);
  if (live?.state !== "missing") return patch;
  const { metadata, spec } = patch;
  return { metadata: { ...metadata, annotations: { ...metadata.annotations, [appliedTo]: live.generation } }, spec };
}

/**
 * What the engine is not to compare. The provider compares lists by position with those of the live object, which begin
 * with the owner's entries: it would announce a change in every preview. So lists are compared only if the patch is to be
 * applied, and then as one update: server-side apply takes out what the patch no longer has, in one rollout.
 */
export function ignoredChanges(live: LivePatch | undefined): string[] {
  // Kept as it is from then on.
  const annotation = `metadata.annotations["${appliedTo}"]`;
  switch (live?.state) {
    case "missing":
      return [];
    // It may be outdated: an update that ignores the lists would apply the older ones.
    case "unread":
    case "outdated":
      return [annotation];
    default:
      return ["spec", annotation];
  }
}
