import { record, text, within } from "../../core/value.ts";
import { portsOf, records, wholeOf } from "./rule.ts";
import type { Json } from "../../core/value.ts";
import type { Direction, Peer, Rule } from "./rule.ts";

/** `NetworkPolicy` of Kubernetes. */
export const kubernetesRules = (spec: Json, path: string): Rule[] => [
  ...rules(spec, path, "ingress", "from"),
  ...rules(spec, path, "egress", "to"),
];

const rules = (spec: Json, path: string, direction: Direction, side: string): Rule[] =>
  records(spec[direction]).map((rule, index) => {
    const at = within(path, direction, index, side);
    return {
      direction,
      path: at,
      peers: records(rule[side]).map((peer, position) => peerOf(peer, within(at, position))),
      ports: records(rule["ports"]).map(({ port, endPort }) => portsOf(port, endPort)),
    };
  });

function peerOf(peer: Json, path: string): Peer {
  const cidr = text(record(peer["ipBlock"])["cidr"]);
  if (cidr !== undefined) return { path: `${path}.ipBlock.cidr`, cidr };
  const whole = wholeOf(peer["namespaceSelector"], peer["podSelector"]);
  return { path: `${path}.${whole.whole === "namespace" ? "podSelector" : "namespaceSelector"}`, ...whole };
}
