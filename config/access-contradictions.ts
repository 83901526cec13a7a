import { viewNames } from "../lib/names.ts";
import { exampleFor, message, writeAs } from "./explain.ts";
import type { Schema } from "./schema-walk.ts";
import type { Settings } from "./settings.ts";

type Access = Settings["access"];

/**
 * What is wrong with the access of a stack as a whole.
 *
 * @param groups visibility groups of the landscape.
 * @param schema of the settings, for the lines to write.
 */
export function accessContradictions(groups: readonly string[], schema: Schema, settings: Settings): string[] {
  const { access } = settings;
  return [...unseenViews(groups, access), ...groupsTwice(access), ...ingressProblems(schema, settings)];
}

/** Spans that nobody may read are a mistake, not a policy: the one who needs them finds out in an outage. */
function unseenViews(groups: readonly string[], { roles }: Access): string[] {
  const seen = new Set(Object.values(roles).flatMap(({ views }) => views));
  return viewNames(groups)
    .filter((view) => !seen.has(view))
    .map((view) =>
      message(["access", "roles"], undefined, `has no role that sees the view ${view}: nobody could open it`, {
        write: writeAs(["access", "roles", `${view}-team`], { groups: [`team-${view}`], views: [view] }),
      }),
    );
}

/** A group in two roles would have the views of both: who reads one role alone would not know what its people see. */
function groupsTwice({ roles }: Access): string[] {
  const owners = new Map<string, string>();
  return Object.entries(roles).flatMap(([role, { groups }]) =>
    groups.flatMap((group, index) => {
      const other = owners.get(group);
      owners.set(group, other ?? role);
      if (other === undefined) return [];
      const where = other === role ? "stands twice in this role" : `is the group of role ${other} too`;
      return message(
        ["access", "roles", role, "groups", index],
        group,
        `${where}: a group of the identity provider gives one role`,
        { write: "it in one role, with all views that its people see" },
      );
    }),
  );
}

function ingressProblems(schema: Schema, settings: Settings): string[] {
  const { controller, entryPoint, rangesEnforcedBy } = settings.access.ingress;
  const at = (key: string) => ["access", "ingress", key];
  const problems: string[] = [];
  if (controller === "traefik" && entryPoint === undefined) {
    problems.push(
      message(at("entryPoint"), undefined, "is missing: without it Traefik serves the views on all its entry points", {
        write: exampleFor(schema, at("entryPoint"), settings),
      }),
    );
  }
  if (controller === "gateway-api" && entryPoint?.split("/").length !== 3) {
    problems.push(
      message(at("entryPoint"), entryPoint, "a route of Gateway API names the listener that it hangs on", {
        allowed: "<namespace>/<gateway>/<listener>",
        write: writeAs(at("entryPoint"), "ingress/internal/tracing-tls"),
      }),
    );
  }
  if (controller === "gateway-api" && rangesEnforcedBy === undefined) {
    problems.push(
      message(
        at("rangesEnforcedBy"),
        undefined,
        "is missing: Gateway API has no allow-list for TLS routes, so somebody else must let in access.vpnRanges alone",
        { write: exampleFor(schema, at("rangesEnforcedBy"), settings) },
      ),
    );
  }
  if (controller === "traefik" && (entryPoint?.includes("/") || rangesEnforcedBy !== undefined)) {
    const key = rangesEnforcedBy === undefined ? "entryPoint" : "rangesEnforcedBy";
    problems.push(
      message(at(key), rangesEnforcedBy ?? entryPoint, "belongs to the controller gateway-api", {
        write: key === "entryPoint" ? writeAs(at(key), "tracing-internal") : `nothing: Traefik enforces the ranges`,
      }),
    );
  }
  return problems;
}
