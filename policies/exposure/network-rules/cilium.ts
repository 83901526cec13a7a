import { list, record, text, texts, within } from "../../core/value.ts";
import { isEmpty, portsOf, records } from "./rule.ts";
import type { Json } from "../../core/value.ts";
import type { Direction, Peer, Rule } from "./rule.ts";

const wholes: Readonly<Record<string, Peer["whole"]>> = {
  ...{ all: "everybody", world: "everybody", "world-ipv4": "everybody", "world-ipv6": "everybody" },
  cluster: "cluster",
};

/** `CiliumNetworkPolicy` and `CiliumClusterwideNetworkPolicy`. */
export const ciliumRules = (spec: Json, path: string, clusterwide: boolean): Rule[] => [
  ...rules(spec, path, "ingress", "from", clusterwide),
  ...rules(spec, path, "egress", "to", clusterwide),
];

const rules = (spec: Json, path: string, direction: Direction, side: string, clusterwide: boolean): Rule[] =>
  records(spec[direction])
    .map((rule, index) => ({ rule, at: within(path, direction, index) }))
    // An empty rule selects nobody there: so people write that everything is denied.
    .filter(({ rule }) => Object.keys(rule).length > 0)
    .map(({ rule, at }) => ({
      direction,
      path: at,
      peers: peersOf(rule, at, side, clusterwide),
      ports: records(rule["toPorts"]).flatMap(({ ports }) =>
        records(ports).map(({ port, endPort }) => portsOf(port === "0" ? "0:65535" : port, endPort)),
      ),
    }));

function peersOf(rule: Json, path: string, side: string, clusterwide: boolean): Peer[] {
  const of = (key: string) =>
    list(rule[side + key]).map((value, index) => ({ value, path: within(path, side + key, index) }));
  return [
    ...of("Entities").map(({ value, path: at }) => {
      const whole = wholes[text(value) ?? ""];
      return { path: at, ...(whole && { whole, says: text(value)! }) };
    }),
    ...of("CIDR").map(({ value, path: at }) => ({ path: at, cidr: text(value) ?? "" })),
    ...of("CIDRSet").map(({ value, path: at }) => {
      const cidr = text(record(value)["cidr"]);
      return { path: at, ...(cidr !== undefined && { cidr }) };
    }),
    ...of("Endpoints").map(({ value, path: at }): Peer => {
      const namespaces =
        clusterwide || records(record(value)["matchExpressions"]).some(({ key }) => /namespace/.test(text(key) ?? ""));
      return { path: at, ...(isEmpty(value) && { whole: namespaces ? "cluster" : "namespace" }) };
    }),
    ...of("FQDNs").map(({ value, path: at }): Peer => {
      const pattern = text(record(value)["matchPattern"]);
      return { path: at, ...(/^\*+\.?\*?$/.test(pattern ?? "") && { whole: "everybody", says: pattern! }) };
    }),
    ...["Nodes", "Groups", "Services", "Requires"].flatMap(of).map(({ path: at }) => ({ path: at })),
    // Lists that are there and empty select nobody.
    ...Object.keys(rule)
      .filter(
        (key) =>
          key.startsWith(side) && key !== "toPorts" && texts(rule[key]).length === 0 && list(rule[key]).length === 0,
      )
      .map((key) => ({ path: within(path, key) })),
  ];
}
