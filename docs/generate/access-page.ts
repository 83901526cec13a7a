import type { Stack } from "../../config/stack-file.ts";
import { viewNames, viewUrl } from "../../lib/names.ts";
import { markdownTable } from "../../lib/markdown-table.ts";
import { code, generated } from "./markdown.ts";

/** The page of who sees what, one section a stack. */
export function accessPage(stacks: readonly Stack[]): string {
  return [
    generated,
    "# Access",
    "Who sees which traces, as `access.roles` of each stack file says. A role is given by groups of the company's identity provider; a view is what one Jaeger shows: the back ends of a group, or `all`. How to open one is in [open-jaeger](guides/open-jaeger.md), with who else could.",
    "A trace that crosses groups is stored by group: a team sees the spans of its own back ends in it, and none of the others', whose place in the tree is empty. `all` shows it whole.",
    ...stacks.flatMap(section),
  ].join("\n\n");
}

function section({ name, settings: { access }, landscape }: Stack): string[] {
  const roles = Object.entries(access.roles);
  const views = viewNames(landscape.groups);
  const holders = (view: string) => roles.filter(([, role]) => role.views.includes(view));
  return [
    `## ${name}`,
    `Accounts of ${code(access.oidc.issuer)} with an address of ${code(access.oidc.emailDomain)}, from ${access.vpnRanges.map(code).join(", ")}.`,
    markdownTable(
      ["role", "groups of the identity provider", "views"],
      roles.map(([role, { groups, views: seen }]) => [role, list(groups), list(seen)]),
    ),
    markdownTable(
      ["view", "address", "back ends", "roles"],
      views.map((view) => [
        code(view),
        code(viewUrl(view, access)),
        landscape.services
          .filter(({ group }) => group === view || !landscape.groups.includes(view))
          .map(({ title }) => title)
          .join(", "),
        holders(view)
          .map(([role]) => role)
          .join(", "),
      ]),
    ),
  ];
}

function list(names: readonly string[]): string {
  return names.map(code).join(", ");
}
