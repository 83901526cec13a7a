import type { V1LabelSelector, V1NetworkPolicy, V1NetworkPolicyEgressRule } from "@kubernetes/client-node";
import { agentConfigName } from "../../components/wiring/plan.ts";
import type { Service } from "../../config/landscape.ts";
import { gatewayName, ownLabels, ports, selectorLabels } from "../../lib/names.ts";
import { note, stop, type Finding } from "./finding.ts";

type Labels = Readonly<Record<string, string>>;

/** Whether a rule of Kubernetes' own policies lets the agent of a pod reach the gateway. */
export function judgeEgress(service: Service, policies: readonly V1NetworkPolicy[], podLabels: Labels): Finding[] {
  const { allowEgress } = service.wiring;
  const selecting = policies.filter(
    ({ metadata, spec }) =>
      metadata?.name !== agentConfigName(service) &&
      spec?.policyTypes?.includes("Egress") &&
      selects(spec.podSelector ?? {}, podLabels) !== "no",
  );
  if (allowEgress && selecting.length === 0)
    return [
      stop(
        "no policy of the namespace restricts where its pods may connect to: the one of allowEgress would be the first, and cut them off from all else",
        `remove services.${service.id}.allowEgress`,
      ),
    ];
  if (allowEgress || selecting.length === 0) return [];
  const answers = selecting.flatMap(({ spec }) =>
    (spec?.egress ?? []).map((rule) => leadsToGateway(rule, service.stackNamespace)),
  );
  if (answers.includes("yes")) return [];
  const names = selecting.map(({ metadata }) => metadata?.name).join(", ");
  const write = `services: {${service.id}: {allowEgress: true}}   # a NetworkPolicy to namespace ${service.stackNamespace}, TCP ${ports.otlpGrpc}, and to nothing else`;
  return answers.includes("unknown")
    ? [
        note(
          `policies restrict where the pods may connect to (${names}), and it cannot be told whether the gateway is among it`,
          write,
        ),
      ]
    : [
        stop(
          `no policy of the namespace lets the pods reach the gateway (${names}): every span would be dropped without a word`,
          write,
        ),
      ];
}

/** "unknown": an address range or an expression decides. */
type Verdict = "yes" | "no" | "unknown";

function leadsToGateway({ to, ports: allowed }: V1NetworkPolicyEgressRule, namespace: string): Verdict {
  const portFits =
    !allowed?.length ||
    allowed.some(({ port, endPort, protocol = "TCP" }) => {
      if (protocol !== "TCP") return false;
      if (port === undefined) return true;
      // The name of a port is the pod's, and the gateway's are not known by any.
      return Number(port) === ports.otlpGrpc || (endPort !== undefined && within(Number(port), endPort));
    });
  if (!portFits) return "no";
  if (!to?.length) return "yes";
  const verdicts = to.map(({ ipBlock, namespaceSelector, podSelector }): Verdict => {
    if (ipBlock) return "unknown";
    // Without a namespace it is about pods beside the service's own.
    if (!namespaceSelector) return "no";
    return both(
      selects(namespaceSelector, { "kubernetes.io/metadata.name": namespace, ...ownLabels }),
      selects(podSelector ?? {}, { ...selectorLabels(gatewayName), ...ownLabels }),
    );
  });
  return verdicts.includes("yes") ? "yes" : verdicts.includes("unknown") ? "unknown" : "no";
}

const within = (from: number, to: number) => from <= ports.otlpGrpc && ports.otlpGrpc <= to;

function both(a: Verdict, b: Verdict): Verdict {
  if (a === "no" || b === "no") return "no";
  return a === "yes" && b === "yes" ? "yes" : "unknown";
}

function selects({ matchLabels = {}, matchExpressions = [] }: V1LabelSelector, labels: Labels): Verdict {
  if (!Object.entries(matchLabels).every(([key, value]) => labels[key] === value)) return "no";
  const holds = matchExpressions.every(({ key, operator, values = [] }) => {
    switch (operator) {
      case "In":
        return labels[key] !== undefined && values.includes(labels[key]);
      case "NotIn":
        return labels[key] === undefined || !values.includes(labels[key]);
      case "Exists":
        return labels[key] !== undefined;
      default:
        return labels[key] === undefined;
    }
  });
  return holds ? "yes" : "no";
}
