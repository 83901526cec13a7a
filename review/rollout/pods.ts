import { AppsV1Api, CoreV1Api, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import type { Service } from "../../config/landscape.ts";
import { podSelectorOf, type LiveWorkload } from "../check/workload.ts";

const hashLabel = "controller-revision-hash";
const revisionAnnotation = "deployment.kubernetes.io/revision";

/** The pods that a workload made of its newest template. */
export async function newestPods(config: KubeConfig, service: Service, workload: LiveWorkload): Promise<V1Pod[]> {
  const labelSelector = podSelectorOf(workload);
  if (labelSelector === undefined) return [];
  const { namespace } = service;
  const [{ items }, isNewest] = await Promise.all([
    config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace, labelSelector }),
    newestOf(config, service, workload, labelSelector),
  ]);
  return items.filter(isNewest);
}

interface Owned {
  metadata?: { ownerReferences?: readonly { uid: string }[] };
}

const isOf = ({ metadata }: Owned, uid: string | undefined) =>
  metadata?.ownerReferences?.some((owner) => owner.uid === uid) ?? false;

/** How the pods of the newest template are known: each kind has a way of its own. */
async function newestOf(
  config: KubeConfig,
  { workload: kind, namespace }: Service,
  { metadata, status }: LiveWorkload,
  labelSelector: string,
): Promise<(pod: V1Pod) => boolean> {
  const apps = config.makeApiClient(AppsV1Api);
  const ofWorkload = (object: Owned) => isOf(object, metadata?.uid);
  switch (kind) {
    case "Deployment": {
      const { items } = await apps.listNamespacedReplicaSet({ namespace, labelSelector });
      const revision = metadata?.annotations?.[revisionAnnotation];
      const newest = items.find(
        (set) => ofWorkload(set) && set.metadata?.annotations?.[revisionAnnotation] === revision,
      );
      return (pod) => isOf(pod, newest?.metadata?.uid);
    }
    case "StatefulSet":
      return (pod) => ofWorkload(pod) && pod.metadata?.labels?.[hashLabel] === status?.updateRevision;
    case "DaemonSet": {
      const { items } = await apps.listNamespacedControllerRevision({ namespace, labelSelector });
      const newest = items.filter(ofWorkload).toSorted((a, b) => b.revision - a.revision)[0];
      const hash = newest?.metadata?.labels?.[hashLabel];
      return (pod) => ofWorkload(pod) && pod.metadata?.labels?.[hashLabel] === hash;
    }
  }
}
