import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { isInside } from "../core/networks.ts";
import { objectsOf } from "../core/objects.ts";
import { isRecord, list, record, text, within } from "../core/value.ts";
import type { Finding } from "../core/judgement.ts";
import type { Json } from "../core/value.ts";
import type { Resource } from "../core/resource.ts";

const policies = (resource: Resource) =>
  objectsOf(resource)
    .filter(({ kind }) => kind === "NetworkPolicy")
    .map(({ body, path }) => ({ spec: record(body["spec"]), path: within(path, "spec") }));

function rules(spec: Json, path: string, direction: "ingress" | "egress", peers: "from" | "to") {
  return list(spec[direction]).map((rule, index) => ({
    peers: list(record(rule)[peers]).map(record),
    ports: list(record(rule)["ports"]).map((port) => text(record(port)["port"]) ?? "all"),
    path: within(path, direction, index, peers),
  }));
}

/** Every namespace has this label. */
const nameLabel = "kubernetes.io/metadata.name";

/** A selector that selects everything, or all but what it names: what is new is let in. */
const isEmpty = (selector: unknown): boolean =>
  isRecord(selector) &&
  Object.keys(record(selector["matchLabels"])).length === 0 &&
  list(selector["matchExpressions"])
    .map(record)
    .every(
      ({ key, operator }) =>
        ["NotIn", "DoesNotExist"].includes(text(operator) ?? "") || (operator === "Exists" && key === nameLabel),
    );

/** A network that no company has: two halves of all addresses are all of them. */
const isAnywhere = (cidr: string): boolean => Number(/\/(\d+)$/.exec(cidr)?.[1] ?? 128) < 7;

export const networkPolicyIngress = forResources({
  name: "exposure-network-policy-ingress",
  description:
    "A NetworkPolicy says who may come in: not everybody, no whole cluster, no network outside of the pack's.",
  severity: "critical",
  remediation: "Name pods or namespaces by labels, or networks within `ranges`.",
  config: z.strictObject({}),
  judge: (resource, { settings }) =>
    policies(resource).flatMap(({ spec, path }) =>
      rules(spec, path, "ingress", "from").flatMap(({ peers, path: at }): Finding[] => [
        ...(peers.length === 0
          ? [{ path: at, message: "is empty: everybody may come in; name pods, namespaces or networks" }]
          : []),
        ...peers.flatMap((peer, index): Finding[] => {
          const where = within(at, index);
          const cidr = text(record(peer["ipBlock"])["cidr"]);
          const allowed = settings.ranges;
          if (cidr !== undefined && !isInside(cidr, allowed))
            return [
              {
                path: `${where}.ipBlock.cidr`,
                message: `${cidr} is not within ${allowed.join(", ") || "the pack's `ranges`, which are empty"}`,
              },
            ];
          if (isEmpty(peer["namespaceSelector"]) && (peer["podSelector"] === undefined || isEmpty(peer["podSelector"])))
            return [
              {
                path: `${where}.namespaceSelector`,
                message: "is empty: every pod of the cluster may come in; name a namespace",
              },
            ];
          if (isEmpty(peer["podSelector"]) && peer["namespaceSelector"] === undefined)
            return [
              {
                path: `${where}.podSelector`,
                message: "is empty: every pod of the namespace may come in; name a label",
              },
            ];
          return [];
        }),
      ]),
    ),
});

export const networkPolicyEgress = forResources({
  name: "exposure-network-policy-egress",
  description: "A NetworkPolicy says where its pods may go: not everywhere.",
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
    policies(resource).flatMap(({ spec, path }) =>
      rules(spec, path, "egress", "to").flatMap(({ peers, ports, path: at }): Finding[] => {
        const open =
          peers.length === 0 || peers.some((peer) => isAnywhere(text(record(peer["ipBlock"])["cidr"]) ?? ""));
        const allowed = ports.length > 0 && ports.every((port) => config.anywhere.map(String).includes(port));
        return open && !allowed
          ? [{ path: at, message: `lets the pods go everywhere (port ${ports.join(", ") || "all"}); name where` }]
          : [];
      }),
    ),
});
