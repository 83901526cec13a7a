import { z } from "zod";
import { leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { isInside } from "../core/networks.ts";
import { isAnywhere } from "./network-rules/rule.ts";
import { networkRulesOf } from "./network-rules.ts";
import type { Finding } from "../core/judgement.ts";
import type { Resource } from "../core/resource.ts";
import type { Direction, Rule } from "./network-rules/rule.ts";

const rules = (resource: Resource, direction: Direction): Rule[] =>
  networkRulesOf(resource).filter((rule) => rule.direction === direction);

/** Who may come in by what says nothing more of them, and what to name instead. */
const wholes = {
  everybody: ["everybody", "pods, namespaces or networks"],
  cluster: ["every pod of the cluster", "a namespace"],
  namespace: ["every pod of the namespace", "a label"],
} as const;

export const networkPolicyIngress = forResources({
  name: "exposure-network-policy-ingress",
  description:
    "A network policy says who may come in: not everybody, no whole cluster, no network outside of the pack's.",
  severity: "critical",
  remediation: "Name pods or namespaces by labels, or networks within `ranges`.",
  config: z.strictObject({}),
  judge: (resource, { settings: { ranges } }) => [
    ...leavesOf(resource)
      .filter(({ keys, value }) => /networkpolicy\.allowexternal$/.test(keys) && value === true)
      .map(({ path }) => ({ path, message: "is true: everybody may come in; write false" })),
    ...rules(resource, "ingress").flatMap(({ peers, path }): Finding[] => [
      ...(peers.length === 0
        ? [{ path, message: "is empty: everybody may come in; name pods, namespaces or networks" }]
        : []),
      ...peers.flatMap(({ path: at, cidr, whole, says = "is empty" }): Finding[] => {
        if (cidr !== undefined && !isInside(cidr, ranges))
          return [
            {
              path: at,
              message: `${cidr} is not within ${ranges.join(", ") || "the pack's `ranges`, which are empty"}`,
            },
          ];
        if (!whole) return [];
        const [who, instead] = wholes[whole];
        return [{ path: at, message: `${says}: ${who} may come in; name ${instead}` }];
      }),
    ]),
  ],
});

export const networkPolicyEgress = forResources({
  name: "exposure-network-policy-egress",
  description: "A network policy says where its pods may go: not everywhere, not to every namespace.",
  severity: "high",
  remediation:
    "Name the peers; for what is outside of the cluster and has no fixed address, allow the port in the configuration.",
  config: z.strictObject({
    anywhere: z
      .array(z.int().min(1).max(65535))
      .default([])
      .meta({ description: "Ports to which pods may go at any address, for what is outside of the cluster" }),
  }),
  judge: (resource, { config }) =>
    rules(resource, "egress").flatMap(({ peers, ports, path }): Finding[] => {
      const everywhere =
        peers.length === 0 || peers.some(({ cidr, whole }) => whole === "everybody" || isAnywhere(cidr ?? ""));
      const cluster = peers.some(({ whole }) => whole === "cluster");
      const allowed =
        ports.length > 0 && ports.every(({ first, last }) => first === last && config.anywhere.includes(first));
      if (allowed || !(everywhere || cluster)) return [];
      const where = everywhere ? "everywhere" : "to every pod of the cluster";
      const at = ports.map(({ says }) => says).join(", ") || "all";
      return [{ path, message: `lets the pods go ${where} (port ${at}); name where` }];
    }),
});
