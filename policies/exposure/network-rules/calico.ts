import { list, record, text, texts, within } from "../../core/value.ts";
import { portsOf, records } from "./rule.ts";
import type { Json } from "../../core/value.ts";
import type { Direction, Peer, Rule } from "./rule.ts";

/** `NetworkPolicy` and `GlobalNetworkPolicy` of Calico. */
export const calicoRules = (spec: Json, path: string, global: boolean): Rule[] => [
  ...rules(spec, path, "ingress", "source", global),
  ...rules(spec, path, "egress", "destination", global),
];

/** Sets of networks, which rules find by labels. */
export const calicoSet = (spec: Json, path: string): Rule[] => [
  {
    direction: "egress",
    path: within(path, "nets"),
    peers: texts(spec["nets"]).map((cidr, index) => ({ cidr, path: within(path, "nets", index) })),
    ports: [],
  },
];

const rules = (spec: Json, path: string, direction: Direction, side: string, global: boolean): Rule[] =>
  records(spec[direction])
    .map((rule, index) => ({ rule, at: within(path, direction, index) }))
    .filter(({ rule }) => (text(rule["action"]) ?? "Allow") === "Allow")
    .map(({ rule, at }) => ({
      direction,
      path: within(at, side),
      peers: peersOf(record(rule[side]), within(at, side), global),
      ports: list(record(rule["destination"])["ports"]).map((port) => portsOf(port)),
    }));

/** Selects everything, or all but what it names: what is new is let in. */
const broad =
  /^(?:all\(\)|has\(projectcalico\.org\/(?:name|namespace)\)|!\s*has\([^)]*\)|\S+\s*!=\s*\S+|\S+\s+not\s+in\s+\{[^}]*\})?$/;
const isBroad = (selector: unknown): boolean => broad.test((text(selector) ?? "").trim());

function peersOf(entity: Json, path: string, global: boolean): Peer[] {
  const nets = texts(entity["nets"]);
  if (nets.length > 0) return nets.map((cidr, index) => ({ cidr, path: within(path, "nets", index) }));
  const { selector, namespaceSelector } = entity;
  if (selector === undefined && namespaceSelector === undefined)
    return ["serviceAccounts", "services", "domains"]
      .filter((key) => entity[key] !== undefined)
      .map((key) => ({ path: within(path, key) }));
  const key = selector === undefined ? "namespaceSelector" : "selector";
  const says = text(entity[key]) ?? "";
  if (!isBroad(selector)) return [{ path: within(path, key) }];
  if (namespaceSelector === undefined)
    return [{ path: within(path, key), whole: global ? "cluster" : "namespace", says }];
  return [{ path: within(path, key), ...(isBroad(namespaceSelector) && { whole: "cluster", says }) }];
}
