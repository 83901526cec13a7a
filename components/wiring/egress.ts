import type { types } from "@pulumi/kubernetes";
import type { Service } from "../../config/landscape.ts";
import { gatewayName, namespace, ports } from "../../lib/names.ts";
import { egressRule } from "../kubernetes/network-policy.ts";

/** Label by which the policy finds the pods that have an agent. */
export function agentSelector({ id }: Pick<Service, "id">): Record<string, string> {
  return { "order-tracing/agent": id };
}

/** Lets the pods of a service out to the gateway. What else they may reach is for the policies of their own namespace. */
export function egressPolicy(service: Pick<Service, "id">): types.input.networking.v1.NetworkPolicySpec {
  return {
    podSelector: { matchLabels: agentSelector(service) },
    policyTypes: ["Egress"],
    egress: [egressRule({ peer: { namespace, workload: gatewayName }, port: ports.otlpGrpc })],
  };
}
