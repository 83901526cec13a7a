import type { types } from "@pulumi/kubernetes";
import type { Settings } from "../../config/settings.ts";
import { labels, selectorLabels } from "../../lib/names.ts";

/** Metadata of a workload's pods: what the stack finds them by, and what the company wants on them. */
export function podMetadata(
  { objects, pods }: Pick<Settings, "objects" | "pods">,
  workload: string,
  annotations: Record<string, string>,
) {
  return {
    labels: { ...objects.labels, ...pods.labels, ...labels(workload) },
    annotations: { ...objects.annotations, ...pods.annotations, ...annotations },
  };
}

/** Failures that the pods of a workload are spread over, where there is more than one: of a machine, and of a zone. */
const topologies = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"];

/** Where the pods of a workload run. */
export function placement(
  { pods: { nodeSelector, tolerations, priorityClass, pullSecrets } }: Pick<Settings, "pods">,
  { workload, replicas }: { workload: string; replicas: number },
): Partial<types.input.core.v1.PodSpec> {
  return {
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(tolerations.length > 0 && { tolerations }),
    ...(priorityClass !== undefined && { priorityClassName: priorityClass }),
    ...(pullSecrets.length > 0 && { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
    ...(replicas > 1 && {
      topologySpreadConstraints: topologies.map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        // A cluster of one machine or one zone runs them all the same.
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: selectorLabels(workload) },
      })),
    }),
  };
}
