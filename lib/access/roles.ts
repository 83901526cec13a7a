/** `access.roles`: groups of the identity provider, and the views that their members see, by role. */
export type Roles = Readonly<Record<string, { groups: readonly string[]; views: readonly string[] }>>;

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
