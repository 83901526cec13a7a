import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { objectsOf } from "../core/objects.ts";
import { list, record, within } from "../core/value.ts";
import { gatewayKinds } from "./gateway-listeners.ts";
import { isEmpty } from "./network-rules/rule.ts";
import type { Finding } from "../core/judgement.ts";

/** Whose routes, or listeners, may be attached. */
function attached(of: unknown, path: string): Finding[] {
  const { from, selector } = record(record(of)["namespaces"]);
  if (from === "All")
    return [
      { path: within(path, "namespaces", "from"), message: "All lets every namespace lead in; write Same or Selector" },
    ];
  return from === "Selector" && (selector === undefined || isEmpty(selector))
    ? [{ path: within(path, "namespaces", "selector"), message: "is empty: every namespace leads in; name a label" }]
    : [];
}

export const gatewayRoutes = forResources({
  name: "exposure-gateway-routes",
  description: "A Gateway serves routes of named namespaces, and nobody hands on certificates to others.",
  severity: "high",
  remediation: "Write `allowedRoutes.namespaces.from: Same`, or `Selector` with a label.",
  config: z.strictObject({}),
  judge: (resource) =>
    objectsOf(resource).flatMap(({ kind, apiVersion, body, path }): Finding[] => {
      if (!apiVersion.startsWith("gateway.networking.")) return [];
      const spec = record(body["spec"]);
      if (kind === "ReferenceGrant")
        return list(spec["to"]).flatMap((to, index) =>
          record(to)["kind"] === "Secret" && record(to)["name"] === undefined
            ? [
                {
                  path: within(path, "spec", "to", index, "name"),
                  message: "is missing: every Secret is handed on; name one",
                },
              ]
            : [],
        );
      if (!gatewayKinds.test(kind)) return [];
      return [
        ...list(spec["listeners"]).flatMap((listener, index) =>
          attached(record(listener)["allowedRoutes"], within(path, "spec", "listeners", index, "allowedRoutes")),
        ),
        ...attached(spec["allowedListeners"], within(path, "spec", "allowedListeners")),
      ];
    }),
});
