import type { Landscape } from "../../config/landscape.ts";
import type { OrderEvent } from "./events.ts";
import { hiddenServices, isOff, keptPercent, titleOf, visibleServices, type Scope } from "./scope.ts";
import type { Passed } from "./steps.ts";
import type { Verdict } from "./verdict.ts";

/** What to know before one believes a chain: what the view hides, and where something is missing that must have been. */
export function notesOn(
  events: readonly OrderEvent[],
  passed: readonly Passed[],
  { waitsFor, state }: Verdict,
  scope: Scope,
): string[] {
  const { landscape, sampling } = scope;
  const seen = new Set(events.map(({ service }) => service));
  const canMiss = (service: string) => visibleServices(scope).includes(service) && !isOff(scope, service);
  const gone = passed.filter(({ failed }) => !failed);
  const gaps = gapsOf(gone, landscape).filter(({ services }) => services.every(canMiss));
  const parts = missingParts(gone, landscape).filter(canMiss);
  const missingSides = [...new Set([...gaps.flatMap(({ services }) => services), ...parts])].filter(
    (service) => !seen.has(service),
  );
  const awaited =
    state === "waits" || state === "overdue" ? silentSuccessors(gone.at(-1), waitsFor, landscape).filter(canMiss) : [];
  return [
    ...hiddenNote(scope),
    ...landscape.off.services.map(
      ({ id, title }) => `${title} (${id}) is switched off in this stack: it is not traced`,
    ),
    ...missingSides.map(
      (id) =>
        `the side of ${titleOf(scope, id)} is missing: ${id} has no span of this order, and others went on as if it had. Its traces were sampled out, its agent was off, or its spans carry no order.id`,
    ),
    ...gaps
      .filter(({ services }) => !services.every((id) => missingSides.includes(id)))
      .map(({ before, after, ids }) => {
        const kept = Math.min(...ids.map((id) => keptPercent(landscape.steps[id]!, sampling)));
        const why = kept < 100 ? `; of such traces this stack keeps ${kept} %` : "";
        return `no trace of ${before}, though ${after} followed${why}`;
      }),
    ...awaited
      .filter((id) => !seen.has(id) && !missingSides.includes(id))
      .map((id) => `${titleOf(scope, id)} (${id}) has no span of this order so far`),
  ];
}

/** One sentence if a view does not show all groups. */
export function hiddenNote(scope: Pick<Scope, "view" | "landscape">): string[] {
  const hidden = hiddenServices(scope);
  if (hidden.length === 0) return [];
  return [
    `the view ${scope.view} shows ${visibleServices(scope).join(", ") || "no service"}; what ${hidden.join(", ")} did is of other groups, and shown to those who may see the view all`,
  ];
}

/** Steps that came out of nowhere: none of those that lead to them was seen. */
function gapsOf(gone: readonly Passed[], { steps }: Landscape) {
  const seen = new Set(gone.map(({ id }) => id));
  return [...seen].flatMap((id) => {
    const before = Object.entries(steps).filter(([, { next }]) => next?.steps.includes(id));
    if (before.length === 0 || before.some(([earlier]) => seen.has(earlier))) return [];
    return [
      {
        before: before.map(([, { title }]) => `"${title}"`).join(" or "),
        after: `"${steps[id]!.title}"`,
        ids: before.map(([earlier]) => earlier),
        services: [...new Set(before.map(([, { service }]) => service))],
      },
    ];
  });
}

/** Services of which half of a step is missing: it was taken but not sent, or not taken and yet it went on. */
function missingParts(gone: readonly Passed[], { steps }: Landscape): string[] {
  const seen = new Set(gone.map(({ id }) => id));
  return gone.flatMap(({ id, request, sent, taken }) => {
    const { service, message, next } = steps[id]!;
    const wentOn = next?.steps.some((following) => seen.has(following));
    return [!request && !sent ? service : undefined, message && !taken && wentOn ? message.to : undefined].filter(
      (one) => one !== undefined,
    );
  });
}

/** Services that have to act next. */
function silentSuccessors(last: Passed | undefined, waitsFor: string | undefined, { steps }: Landscape): string[] {
  const { next, message } = (last && steps[last.id]) ?? {};
  if (message && message.to === waitsFor) return [message.to];
  return [...new Set((next?.steps ?? []).flatMap((id) => steps[id]?.service ?? []))];
}
