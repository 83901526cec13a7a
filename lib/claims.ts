import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";

/**
 * How many pods of a StatefulSet have had a disk: the claims outlive them.
 *
 * @param prefix of the claims' names, before the pod's number.
 */
export async function claimsOf(
  kubeConfig: KubeConfig,
  { namespace, prefix }: { namespace: string; prefix: string },
): Promise<number> {
  const { items } = await kubeConfig.makeApiClient(CoreV1Api).listNamespacedPersistentVolumeClaim({ namespace });
  const numbers = items.flatMap(({ metadata }) => {
    const name = metadata?.name ?? "";
    return name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length))
      ? [Number(name.slice(prefix.length))]
      : [];
  });
  return Math.max(-1, ...numbers) + 1;
}
