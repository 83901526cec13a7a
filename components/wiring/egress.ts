import type { types } from "@pulumi/kubernetes";
import type { Service } from "../../config/landscape.ts";
import { defaultNamespace, gatewayName, ports } from "../../lib/names.ts";
import { egressRule } from "../kubernetes/network-policy.ts";

/** Label by which the policy finds the pods that have an agent, and of no other stack. */
export function agentSelector({ id, stackNamespace }: Pick<Service, "id" | "stackNamespace">): Record<string, string> {
  const prefix = stackNamespace === defaultNamespace ? "" : `${stackNamespace}.`;
  return { [`${prefix}order-tracing/agent`]: id };
}

/** Lets the pods of a service out to the gateway. What else they may reach is for the policies of their own namespace. */
export function egressPolicy(
  service: Pick<Service, "id" | "stackNamespace">,
): types.input.networking.v1.NetworkPolicySpec {
  return {
    podSelector: { matchLabels: agentSelector(service) },
    policyTypes: ["Egress"],
    egress: [egressRule({ peer: { namespace: service.stackNamespace, workload: gatewayName }, port: ports.otlpGrpc })],
  };
}
