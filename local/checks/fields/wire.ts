import { agentConfigData, agentConfigName, workloadPatch, fieldManager } from "../../../components/wiring/plan.ts";
import type { Context } from "../../../config/context.ts";
import { PatchStrategy, setHeaderOptions, type KubernetesObject } from "@kubernetes/client-node";
import { ownLabels } from "../../../lib/names.ts";
import { apply, type Kubernetes } from "../../landscape/kubernetes/client.ts";
import { waitUntilReady } from "../../landscape/kubernetes/wait.ts";
import { waitFor } from "../../wait.ts";

/** Seconds that a rollout may take. */
const patience = 120;

/** Applies the very patch and its ConfigMap, as the engine would. */
export async function applyPatch(kubernetes: Kubernetes, context: Context): Promise<void> {
  const service = context.landscape.services[0]!;
  const { namespace, deployment: name } = service;
  await apply(kubernetes, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: agentConfigName(service), namespace, labels: ownLabels },
    data: agentConfigData(context),
  } as KubernetesObject);
  const { metadata, spec } = workloadPatch(context, service) as unknown as {
    metadata: { annotations: Record<string, string> };
    spec: object;
  };
  const body = { apiVersion: "apps/v1", kind: "Deployment", metadata: { ...metadata, name, namespace }, spec };
  const force = metadata.annotations["pulumi.com/patchForce"] === "true";
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
 * Applies the patch, and waits for the rollout.
 *
 * @returns what the application said when it started.
 * @throws what the API server refuses, and why pods do not start.
 */
export async function wire(
  kubernetes: Kubernetes,
  context: Context,
  log: RegExp,
  signal: AbortSignal,
): Promise<string> {
  const service = context.landscape.services[0]!;
  const { namespace, deployment: name } = service;
  await applyPatch(kubernetes, context);
  await kubernetes.apps.patchNamespacedDeploymentScale(
    { name, namespace, body: { spec: { replicas: 1 } } },
    setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
  );
  await waitUntilReady(kubernetes, { kind: "Deployment", name, namespace }, { signal, patience });
  let said = "";
  await waitFor(async () => log.test((said = await logOf(kubernetes, namespace, service.container))), {
    limit: 60_000,
    signal,
  });
  return said;
}

/** The log of the pods that have an agent. */
async function logOf({ core }: Kubernetes, namespace: string, container: string): Promise<string> {
  const { items } = await core.listNamespacedPod({ namespace });
  const wired = items.filter(
    ({ metadata, spec }) =>
      !metadata?.deletionTimestamp && spec?.initContainers?.some(({ name }) => name === "otel-agent"),
  );
  const logs = wired.map(({ metadata }) =>
    core.readNamespacedPodLog({ name: metadata!.name!, namespace, container }).catch(() => ""),
  );
  return (await Promise.all(logs)).join("\n");
}
