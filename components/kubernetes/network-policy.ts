import type { types } from "@pulumi/kubernetes";
import { selectorLabels } from "../../lib/names.ts";

type Peer = types.input.networking.v1.NetworkPolicyPeer;

/** A workload of the stack, pods of a namespace, or address ranges. */
type Party =
  | { workload: string }
  | { namespace: string; workload?: string }
  | { namespace: string; podLabels: Record<string, string> }
  | { ranges: readonly string[] };

/** One allowed connection: who or to whom, and on which port. */
interface Flow<P = Party> {
  peer: P;
  port: number;
}

/** A connection to outside may lead anywhere: a policy cannot name hosts. One from outside never comes from anywhere. */
export type EgressFlow = Flow<Party | "anywhere">;

/** The connections of a workload. What is not listed is refused: the namespace denies by default. */
export interface Flows {
  ingress?: readonly Flow[];
  egress?: readonly EgressFlow[];
}

/** Spec of the policy that opens exactly the given connections of a workload. */
export function networkPolicySpec(
  workload: string,
  { ingress = [], egress = [] }: Flows,
): types.input.networking.v1.NetworkPolicySpec {
  return {
    podSelector: { matchLabels: selectorLabels(workload) },
    policyTypes: ["Ingress", "Egress"],
    ingress: ingress.map((flow) => ({ from: peers(flow), ports: [{ protocol: "TCP", port: flow.port }] })),
    egress: egress.map(egressRule),
  };
}

/** The rule that lets out one connection. */
export function egressRule(flow: EgressFlow): types.input.networking.v1.NetworkPolicyEgressRule {
  return { to: peers(flow), ports: [{ protocol: "TCP", port: flow.port }] };
}

function peers({ peer, port }: EgressFlow): Peer[] {
  if (peer === "anywhere") return [];
  // An empty list of peers does not mean nobody, it means everybody.
  if ("ranges" in peer && peer.ranges.length === 0) throw new Error(`no address range for port ${port}`);
  if ("ranges" in peer) return peer.ranges.map((cidr) => ({ ipBlock: { cidr } }));
  if ("namespace" in peer) {
    return [
      {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": peer.namespace } },
        ...podSelector(peer),
      },
    ];
  }
  return [{ podSelector: { matchLabels: selectorLabels(peer.workload) } }];
}

function podSelector(peer: { workload?: string } | { podLabels: Record<string, string> }) {
  // An empty selector does not mean no pod, it means every pod.
  if ("podLabels" in peer && Object.keys(peer.podLabels).length === 0) throw new Error("no label of the peer's pods");
  const matchLabels = "podLabels" in peer ? peer.podLabels : peer.workload && selectorLabels(peer.workload);
  return matchLabels ? { podSelector: { matchLabels } } : {};
}
