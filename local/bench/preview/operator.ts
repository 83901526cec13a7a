import type { V1CustomResourceDefinition } from "@kubernetes/client-node";

const group = "monitoring.coreos.com";

/**
 * Kinds of the Prometheus operator of which a stack may make some. They take any content: what the operator itself would refuse
 * is not shown by them.
 */
export const operatorDefinitions: readonly V1CustomResourceDefinition[] = [
  anyContent(group, "ServiceMonitor", "servicemonitors"),
  anyContent(group, "PrometheusRule", "prometheusrules"),
];

/** A kind, of version v1, whose objects may have any content. */
export function anyContent(group: string, kind: string, plural: string): V1CustomResourceDefinition {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${group}`,
      // Asked for in groups of Kubernetes itself.
      ...(group.endsWith(".k8s.io") && { annotations: { "api-approved.kubernetes.io": "unapproved, any content" } }),
    },
    spec: {
      group,
      names: { kind, plural },
      scope: "Namespaced",
      versions: [
        {
          ...{ name: "v1", served: true, storage: true },
          schema: { openAPIV3Schema: { type: "object", x_kubernetes_preserve_unknown_fields: true } },
        },
      ],
    },
  };
}
