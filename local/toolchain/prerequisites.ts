import { reachable } from "./download.ts";
import { goProblem } from "./go.ts";
import { isPresent } from "./jobs.ts";
import { part, partIds, type PartId } from "./parts.ts";
import { pinned } from "./pins.ts";

/**
 * What stands in the way of making the parts, each problem with its remedy; empty when nothing does. Changes nothing.
 */
export async function checkToolchainPrerequisites(ids: readonly PartId[] = partIds): Promise<string[]> {
  for (const id of ids) {
    if (isPresent(id)) continue;
    const problem = await goProblem(part(id).module);
    // One is enough: a Go that is missing or too old is so for all of them.
    if (problem && !(await isReleased(id))) return [problem];
  }
  return [];
}

/** Whether all binaries of the part can be taken from releases, as far as can be told without downloading. */
async function isReleased(id: PartId): Promise<boolean> {
  for (const { release } of Object.values(part(id).binaries)) {
    if (!release || !pinned(release) || !(await reachable(release.url))) return false;
  }
  return true;
}
