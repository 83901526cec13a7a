import { setTimeout as sleep } from "node:timers/promises";
import { CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";
import { AskError } from "../../lib/ask-error.ts";
import { ask, type Answer } from "./answer.ts";
import { podSelectorOf, type LiveWorkload } from "./workload.ts";

/** What a container of a pod uses now. */
export interface ContainerUsage {
  pod: string;
  container: string;
  /** As the API spells it: `123456Ki`. */
  memory: string;
}

interface PodMetrics {
  items: { metadata: { name: string }; containers: { name: string; usage: { memory: string } }[] }[];
}

/**
 * Reads what the containers of a workload's pods use. Where nobody in the cluster says it, or not in time, that is the answer.
 *
 * @param patienceMs how long the metrics server may take: it is not the cluster, and a check goes on without it.
 */
export async function readUsage(
  config: KubeConfig,
  namespace: string,
  workload: LiveWorkload,
  patienceMs = 5_000,
): Promise<Answer<ContainerUsage[]>> {
  const labelSelector = podSelectorOf(workload);
  if (labelSelector === undefined) return { state: "read", value: [] };
  const question = ask(async () => {
    const { items } = (await config.makeApiClient(CustomObjectsApi).listNamespacedCustomObject({
      ...{ group: "metrics.k8s.io", version: "v1beta1", namespace, plural: "pods", labelSelector },
    })) as PodMetrics;
    return items.flatMap(({ metadata, containers }) =>
      containers.map(({ name, usage }) => ({ pod: metadata.name, container: name, memory: usage.memory })),
    );
  }).catch((error: unknown): Answer<never> => {
    // Registered, and its server is away: the API server itself has been asked by others.
    if (error instanceof AskError) return { state: "unread", reason: `metrics.k8s.io: ${error.message}` };
    throw error;
  });
  const late = sleep(patienceMs, undefined, { ref: false }).then((): Answer<never> => ({
    state: "unread",
    reason: `metrics.k8s.io gave no answer in ${patienceMs / 1_000} s`,
  }));
  return Promise.race([question, late]);
}
