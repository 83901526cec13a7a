import { at, isRecord, record, texts, within } from "../../core/value.ts";
import { portsOf, records, wholeOf } from "./rule.ts";
import type { Json } from "../../core/value.ts";
import type { Direction, Peer, Ports, Rule } from "./rule.ts";

/** Policies of administrators, which outrank those of namespaces: `AdminNetworkPolicy`, `ClusterNetworkPolicy`. */
export const adminRules = (spec: Json, path: string): Rule[] => [
  ...rules(spec, path, "ingress", "from"),
  ...rules(spec, path, "egress", "to"),
];

const rules = (spec: Json, path: string, direction: Direction, side: string): Rule[] =>
  records(spec[direction])
    .map((rule, index) => ({ rule, path: within(path, direction, index, side) }))
    .filter(({ rule }) => rule["action"] === "Allow" || rule["action"] === "Accept")
    .map(({ rule, path: of }) => ({
      direction,
      path: of,
      peers: records(rule[side]).flatMap((peer, index) => peersOf(peer, within(of, index))),
      ports: [...records(rule["ports"]), ...records(rule["protocols"])].flatMap(portOf),
    }));

function peersOf(peer: Json, path: string): Peer[] {
  if (isRecord(peer["namespaces"]))
    return [{ path: within(path, "namespaces"), ...wholeOf(peer["namespaces"], undefined) }];
  if (isRecord(peer["pods"])) {
    const { namespaceSelector, podSelector } = peer["pods"];
    return [{ path: within(path, "pods"), ...wholeOf(namespaceSelector, podSelector) }];
  }
  return [
    ...texts(peer["networks"]).map((cidr, index) => ({ cidr, path: within(path, "networks", index) })),
    ...texts(peer["domainNames"]).map((name, index): Peer => ({
      path: within(path, "domainNames", index),
      ...(/^\*\.?[\w-]*$/.test(name) && { whole: "everybody", says: name }),
    })),
    ...(peer["nodes"] === undefined ? [] : [{ path: within(path, "nodes") }]),
  ];
}

function portOf(port: Json): Ports[] {
  const number = at(port, "portNumber", "port") ?? at(port, "tcp", "destinationPort", "number") ?? port["namedPort"];
  const range = record(port["portRange"] ?? at(port, "tcp", "destinationPort", "range"));
  if (range["start"] !== undefined) return [portsOf(range["start"], range["end"])];
  return number === undefined ? [] : [portsOf(number)];
}
