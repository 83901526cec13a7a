import type { Landscape } from "../config/landscape.ts";
import { attributes } from "../lib/attributes.ts";
import type { Found } from "./proof.ts";

const unique = (list: readonly string[]) => [...new Set(list)];

/** A group's view must show the services of that group, and nothing else. */
export function leaksOf(group: string, { spans }: Found, landscape: Landscape): string[] {
  const own = membersOf(group, landscape);
  const foreign = unique(spans.map(({ service }) => service)).filter((service) => !own.has(service));
  const stamped = unique(
    spans.filter((span) => own.has(span.service) && span.group !== group).map((span) => span.group ?? "none"),
  );
  return [
    ...foreign.map(
      (service) => `view ${group} shows the service ${service || "(no name)"}, which is not of group ${group}`,
    ),
    ...stamped.map((other) => `view ${group} shows spans with ${attributes.group} ${other}`),
  ];
}

/** Names without a span in this time: of a service that was renamed, or moved to another group. */
export function oldNames(group: string, { services, spans }: Found, landscape: Landscape): string[] {
  const own = membersOf(group, landscape);
  return services
    .filter((name) => !own.has(name) && !spans.some(({ service }) => service === name))
    .map(
      (name) => `view ${group} lists ${name}, which has no span in this time: an old name, until the retention is over`,
    );
}

/** Yesterday's spans of a service that was switched off are still of its group. */
function membersOf(group: string, landscape: Landscape): Set<string> {
  const members = [...landscape.services, ...landscape.off.services].filter((service) => service.group === group);
  return new Set(members.map(({ id }) => id));
}
