import {
  CoreV1Api,
  type KubeConfig,
  type V1LimitRange,
  type V1PersistentVolumeClaim,
  type V1Pod,
  type V1ResourceQuota,
} from "@kubernetes/client-node";
import { ask, read, type Answer } from "../answer.ts";
import { mayDo } from "../rights/ask.ts";
import { podNeeds, total, type Amounts } from "./needs.ts";

/** What is in the stack's own namespace, and what bounds it. */
export interface LiveRoom {
  quotas: Answer<V1ResourceQuota[]>;
  limits: Answer<V1LimitRange[]>;
  pods: Answer<V1Pod[]>;
  claims: Answer<V1PersistentVolumeClaim[]>;
}

const nothing = { state: "read" as const, value: [] };

/** Of a namespace that is not there yet. */
export const emptyRoom: LiveRoom = { quotas: nothing, limits: nothing, pods: nothing, claims: nothing };

/** Reads what is in a namespace. */
export async function readRoom(config: KubeConfig, namespace: string): Promise<LiveRoom> {
  const core = config.makeApiClient(CoreV1Api);
  const [quotas, limits, pods, claims] = await Promise.all([
    ask(async () => (await core.listNamespacedResourceQuota({ namespace })).items),
    ask(async () => (await core.listNamespacedLimitRange({ namespace })).items),
    ask(async () => (await core.listNamespacedPod({ namespace })).items),
    ask(async () => (await core.listNamespacedPersistentVolumeClaim({ namespace })).items),
  ]);
  return { quotas, limits, pods, claims };
}

/** Pods that are read for what they take: each is some kB. */
const most = 4000;

/**
 * What pods have asked for of each node, by its name. It takes the right to list the pods of all namespaces, which few deployers
 * have: without it nobody tries, so that no log has a refusal of each run.
 *
 * @returns undefined: the run may not know, or there are too many.
 */
export async function readTaken(config: KubeConfig): Promise<ReadonlyMap<string, Amounts> | undefined> {
  if (read(await mayDo(config, { group: "", resource: "pods", verb: "list" })) !== true) return undefined;
  const fieldSelector = "spec.nodeName!=,status.phase!=Succeeded,status.phase!=Failed";
  const answer = await ask(() =>
    config.makeApiClient(CoreV1Api).listPodForAllNamespaces({ fieldSelector, limit: most }),
  );
  if (answer.state !== "read" || answer.value.metadata?._continue) return undefined;
  const taken = new Map<string, Amounts>();
  for (const { spec } of answer.value.items) {
    const node = spec!.nodeName!;
    taken.set(
      node,
      total([
        [taken.get(node) ?? {}, 1],
        [podNeeds(spec!), 1],
      ]),
    );
  }
  return taken;
}
