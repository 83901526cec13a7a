import type { KubernetesObject } from "@kubernetes/client-node";
import { apply, message, statusCode, type Kubernetes } from "../kubernetes/client.ts";
import { labels } from "../kubernetes/workload.ts";
import { customResources } from "./custom-resources.ts";
import { clusterName, ingressObjects } from "./manifests.ts";
import { name } from "./settings.ts";

/** Applies the ingress controller and what it watches. */
export async function applyIngress(kubernetes: Kubernetes, signal?: AbortSignal): Promise<void> {
  for (const definition of await customResources(signal)) {
    // A cluster of somebody's own may have a Traefik of its own: its definitions are not ours to change.
    const present = await find(kubernetes, definition);
    if (!present || isOurs(present)) await apply(kubernetes, definition);
  }
  for (const object of ingressObjects()) await apply(kubernetes, object);
}

/** Takes out of a cluster what does not go with the namespace. */
export async function removeIngress(kubernetes: Kubernetes): Promise<void> {
  const rbac = "rbac.authorization.k8s.io/v1";
  const objects: KubernetesObject[] = [
    { apiVersion: rbac, kind: "ClusterRoleBinding", metadata: { name: clusterName } },
    { apiVersion: rbac, kind: "ClusterRole", metadata: { name: clusterName } },
    ...(await customResources()),
  ];
  for (const object of objects) {
    const present = await find(kubernetes, object);
    if (present && isOurs(present)) await kubernetes.objects.delete(present);
  }
}

async function find(kubernetes: Kubernetes, object: KubernetesObject): Promise<KubernetesObject | undefined> {
  const { apiVersion, kind, metadata } = object;
  try {
    return await kubernetes.objects.read({ apiVersion, kind, metadata: { name: metadata?.name ?? "" } });
  } catch (error) {
    if (statusCode(error) === 404) return undefined;
    throw new Error(`${kind} ${metadata?.name} cannot be read: ${message(error)}`, { cause: error });
  }
}

function isOurs({ metadata }: KubernetesObject): boolean {
  return Object.entries(labels(name)).every(([label, value]) => metadata?.labels?.[label] === value);
}
