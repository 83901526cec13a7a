import type { Landscape } from "../../config/landscape.ts";
import type { CatalogueStep } from "../../config/model.ts";
import type { Settings } from "../../config/settings.ts";
import { allView } from "../../lib/names.ts";

/** What one view can know of a stack. */
export interface Scope {
  view: string;
  /** Address of the view, as people open it. */
  url: string;
  landscape: Landscape;
  sampling: Settings["sampling"];
}

/** Services whose spans a view shows, those of yesterday that are switched off today included. */
export function visibleServices({ view, landscape }: Pick<Scope, "view" | "landscape">): string[] {
  return [...landscape.services, ...landscape.off.services]
    .filter(({ group }) => view === allView || group === view)
    .map(({ id }) => id)
    .sort();
}

/** Services of groups that the view does not show. */
export function hiddenServices(scope: Pick<Scope, "view" | "landscape">): string[] {
  const visible = visibleServices(scope);
  return [...scope.landscape.services, ...scope.landscape.off.services]
    .map(({ id }) => id)
    .filter((id) => !visible.includes(id))
    .sort();
}

export function isOff({ landscape }: Pick<Scope, "landscape">, service: string): boolean {
  return landscape.off.services.some(({ id }) => id === service);
}

/** Name for people of a service or a front end. */
export function titleOf({ landscape }: Pick<Scope, "landscape">, id: string): string {
  const service = [...landscape.services, ...landscape.off.services].find((candidate) => candidate.id === id);
  return service?.title ?? landscape.frontends[id]?.title ?? id;
}

/** Share of a step's traces that is kept if they are neither slow nor have an error, percent: the largest of its services. */
export function keptPercent({ service, message }: CatalogueStep, { percent, services }: Settings["sampling"]): number {
  return Math.max(...[service, message?.to].flatMap((id) => (id === undefined ? [] : (services[id] ?? percent))));
}
