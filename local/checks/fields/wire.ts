import { PatchStrategy, setHeaderOptions, type KubernetesObject, type V1Pod } from "@kubernetes/client-node";
import { egressPolicy } from "../../../components/wiring/egress.ts";
import { agentConfigData, agentConfigName, fieldManager, workloadPatch } from "../../../components/wiring/plan.ts";
import type { Context } from "../../../config/context.ts";
import { ownLabels } from "../../../lib/names.ts";
import { referenceTo } from "../../../review/check/workload.ts";
import { followRollout } from "../../../review/rollout/follow.ts";
import type { Outcome } from "../../../review/rollout/outcome.ts";
import { apply, type Kubernetes } from "../../landscape/kubernetes/client.ts";
import { waitFor } from "../../wait.ts";

/** Applies the very patch and what it needs, as the engine would. */
export async function applyPatch(kubernetes: Kubernetes, context: Context): Promise<void> {
  const service = context.landscape.services[0]!;
  const metadata = { name: agentConfigName(service), namespace: service.namespace, labels: ownLabels };
  const data = agentConfigData(context, service);
  await apply(kubernetes, { apiVersion: "v1", kind: "ConfigMap", metadata, data } as KubernetesObject);
  if (service.wiring.allowEgress) {
    const spec = egressPolicy(service);
    await apply(kubernetes, { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata, spec } as never);
  }
  const patch = workloadPatch(context, service);
  const body = { ...referenceTo(service), ...patch };
  const force = patch.metadata.annotations["pulumi.com/patchForce"] === "true";
  await kubernetes.objects.patch(
    body,
    undefined,
    undefined,
    fieldManager(service),
    force,
    PatchStrategy.ServerSideApply,
  );
}

/**
 * Applies the patch, and follows the rollout as the engine does.
 *
 * @throws what the API server refuses.
 */
export async function wire(company: Kubernetes, deployer: Kubernetes, context: Context): Promise<Outcome> {
  const service = context.landscape.services[0]!;
  await applyPatch(deployer, context);
  const { workload: kind, namespace, deployment: name } = service;
  const { spec } = await company.objects.read<KubernetesObject & { spec: { replicas?: number } }>(referenceTo(service));
  if (kind !== "DaemonSet" && spec.replicas === 0) {
    const request = { name, namespace, body: { spec: { replicas: 1 } } };
    const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
    if (kind === "Deployment") await company.apps.patchNamespacedDeploymentScale(request, merge);
    else await company.apps.patchNamespacedStatefulSetScale(request, merge);
  }
  return followRollout(deployer.config, service);
}

/** Waits until a wired pod says something. @returns what they said. */
export async function waitForLog(
  { core }: Kubernetes,
  { namespace, container }: { namespace: string; container: string },
  log: RegExp,
  signal: AbortSignal,
): Promise<string> {
  let said = "";
  const look = async () => {
    const { items } = await core.listNamespacedPod({ namespace });
    const logs = items
      .filter(isWired)
      .map(({ metadata }) =>
        core.readNamespacedPodLog({ name: metadata!.name!, namespace, container }).catch(() => ""),
      );
    said = (await Promise.all(logs)).join("\n");
    return log.test(said);
  };
  await waitFor(look, { limit: 60_000, signal });
  return said;
}

/** Deletes the pods that have no agent, as their owner would. */
export async function deleteOldPods({ core }: Kubernetes, namespace: string): Promise<void> {
  const { items } = await core.listNamespacedPod({ namespace });
  for (const { metadata } of items.filter((pod) => !isWired(pod)))
    await core.deleteNamespacedPod({ name: metadata!.name!, namespace });
}

function isWired({ metadata, spec }: V1Pod): boolean {
  return !metadata?.deletionTimestamp && (spec?.initContainers ?? []).some(({ name }) => name === "otel-agent");
}
