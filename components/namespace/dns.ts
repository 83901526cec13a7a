import type { types } from "@pulumi/kubernetes";
import type { Settings } from "../../config/settings.ts";

/** The way to who resolves names. */
export function dnsRule({
  namespace,
  ranges,
  port,
}: Settings["cluster"]["dns"]): types.input.networking.v1.NetworkPolicyEgressRule {
  return {
    to: [
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } },
      ...ranges.map((cidr) => ({ ipBlock: { cidr } })),
    ],
    ports: ["UDP", "TCP"].map((protocol) => ({ protocol, port })),
  };
}
