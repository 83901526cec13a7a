import type { V1CustomResourceDefinition } from "@kubernetes/client-node";

const group = "monitoring.coreos.com";

/**
 * Kinds of the Prometheus operator of which a stack may make some. They take any content: what the operator itself would refuse
 * is not shown by them.
 */
export const operatorDefinitions: readonly V1CustomResourceDefinition[] = [
  definition("ServiceMonitor", "servicemonitors"),
  definition("PrometheusRule", "prometheusrules"),
];

function definition(kind: string, plural: string): V1CustomResourceDefinition {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
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
