import { CoreV1Api, PatchStrategy, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { fieldManager } from "../../components/wiring/plan.ts";
import type { Service } from "../../config/landscape.ts";
import { isReady } from "../../lib/pods.ts";
import { ask } from "../check/answer.ts";
import { objects } from "../check/read.ts";
import { referenceTo } from "../check/workload.ts";

/**
 * Applies nothing under the patch's name: all that it owns goes, and what others own stays.
 *
 * A StatefulSet that starts its pods in order waits for a broken one before it goes back (kubernetes/kubernetes#67250): those
 * are deleted, and it makes them again as they were.
 *
 * @param pods that have the patch.
 */
export async function takeBack(config: KubeConfig, service: Service, pods: readonly V1Pod[]): Promise<void> {
  await objects(config).patch(
    referenceTo(service),
    undefined,
    undefined,
    fieldManager(service),
    true,
    PatchStrategy.ServerSideApply,
  );
  if (service.workload !== "StatefulSet") return;
  const core = config.makeApiClient(CoreV1Api);
  const { namespace } = service;
  for (const { metadata } of pods.filter((pod) => !isReady(pod))) {
    // It may be gone by now, and another one have its name.
    const body = { preconditions: { uid: metadata!.uid! } };
    await ask(() => core.deleteNamespacedPod({ name: metadata!.name!, namespace, body }));
  }
}
