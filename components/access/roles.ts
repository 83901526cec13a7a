import type { Settings } from "../../config/settings.ts";

type Roles = Settings["access"]["roles"];

/** Roles that see a view, sorted. */
export function rolesOf(roles: Roles, view: string): string[] {
  return Object.keys(roles)
    .filter((role) => roles[role]?.views.includes(view))
    .sort();
}

/** Groups of the identity provider whose members see a view, sorted. */
export function groupsOf(roles: Roles, view: string): string[] {
  return rolesOf(roles, view)
    .flatMap((role) => roles[role]?.groups ?? [])
    .sort();
}
