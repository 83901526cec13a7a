import { setTimeout as sleep } from "node:timers/promises";
import { AppsV1Api, type KubeConfig, type V1StatefulSetStatus } from "@kubernetes/client-node";
import { AskError } from "./ask-error.ts";

/** Which StatefulSet. */
interface StatefulSetReference {
  namespace: string;
  name: string;
}

/** Pause between two looks, milliseconds. */
const everyMs = 1_000;

/** How to wait. */
interface Waiting {
  /** Longest wait, milliseconds. Default: ten minutes, as the engine waits for pods. */
  limitMs?: number;
  progress?: (message: string) => void;
}

/**
 * Waits until all pods of a StatefulSet are those of its newest form, and ready.
 *
 * @throws AskError if that takes too long.
 */
export async function untilRolledOut(
  kubeConfig: KubeConfig,
  reference: StatefulSetReference,
  { limitMs = 600_000, progress }: Waiting = {},
): Promise<void> {
  const api = kubeConfig.makeApiClient(AppsV1Api);
  const deadline = Date.now() + limitMs;
  for (;;) {
    const missing = missingOf(await api.readNamespacedStatefulSet(reference));
    if (missing === undefined) return;
    if (Date.now() > deadline) {
      const { namespace, name } = reference;
      throw new AskError(
        `StatefulSet ${namespace}/${name}: ${missing} after ${limitMs / 1_000} s. See: kubectl -n ${namespace} describe pods -l app.kubernetes.io/name=${name}`,
      );
    }
    progress?.(missing);
    await sleep(everyMs);
  }
}

/** What of a StatefulSet says how far it is. */
interface State {
  metadata?: { generation?: number };
  spec?: { replicas?: number };
  status?: Partial<V1StatefulSetStatus>;
}

/** What a StatefulSet still lacks; undefined: nothing. */
export function missingOf({ metadata, spec, status }: State): string | undefined {
  // Until the controller has seen the change, the status is that of the pods before it.
  if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) return "the change was not yet seen";
  const wanted = spec?.replicas ?? 1;
  const updated = status?.updateRevision === status?.currentRevision ? status?.replicas : status?.updatedReplicas;
  if ((updated ?? 0) < wanted) return `${updated ?? 0} of ${wanted} pods are new`;
  const ready = status?.readyReplicas ?? 0;
  return ready < wanted ? `${ready} of ${wanted} pods are ready` : undefined;
}
