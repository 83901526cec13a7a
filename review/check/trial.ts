import { PatchStrategy, type KubeConfig, type KubernetesObject, type V1Pod } from "@kubernetes/client-node";
import type { Context } from "../../config/context.ts";
import { loadKubeConfig } from "../../lib/kubeconfig.ts";
import { refusalOf, type Refusal, type Unread } from "./answer.ts";
import { objects } from "./read.ts";
import type { LiveWorkload } from "./workload.ts";

/** What became of an object that the API server was asked to take, and not to keep. */
export type Trial<T> =
  | { state: "accepted"; value: T }
  | { state: "refused"; refusal: Refusal }
  /** Whether it would be taken, is not known. `mayNot`: the run may not do it, be it a trial or not. */
  | Unread;

/** An object, or the part of one, as the engine will send it. */
export interface Patch {
  fieldManager: string;
  body: KubernetesObject;
}

/** Asks the API server whether it would take an object. */
export type Ask = (object: KubernetesObject) => Promise<Trial<unknown>>;

/** @returns what tries objects of the stack's own; it throws an AskError if there is no way to the cluster. */
export function ownTrials({ settings: { cluster } }: Pick<Context, "settings">): Ask {
  let config: KubeConfig | undefined;
  return async (body) => {
    config ??= loadKubeConfig(cluster);
    // Whose fields they would be; nothing is kept.
    return tryPatch(config, { body, fieldManager: "order-tracing-trial" }, true);
  };
}

/**
 * Applies the very patch, without keeping it: schema, conflicts and admission of the object answer as they would.
 *
 * @param force true: take fields from their managers, as `replace` in the settings does.
 */
export function tryPatch<T extends KubernetesObject = LiveWorkload>(
  config: KubeConfig,
  { body, fieldManager }: Patch,
  force: boolean,
): Promise<Trial<T>> {
  return attempt(() =>
    objects(config).patch(body as T, undefined, "All", fieldManager, force, PatchStrategy.ServerSideApply),
  );
}

/** Makes a pod of a workload, without keeping it: quotas, limits, Pod Security and webhooks answer as they would. */
export function tryPod(config: KubeConfig, { metadata, spec }: LiveWorkload): Promise<Trial<V1Pod>> {
  const { metadata: template, spec: pod } = spec!.template;
  // The controller of a StatefulSet puts these in.
  const claimed = (spec!.volumeClaimTemplates ?? []).map(({ metadata: claim }) => ({
    name: claim!.name!,
    persistentVolumeClaim: { claimName: `${claim!.name}-${metadata!.name}-0` },
  }));
  const body: V1Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: `${metadata!.name}-`,
      namespace: metadata!.namespace!,
      ...(template?.labels && { labels: template.labels }),
      ...(template?.annotations && { annotations: template.annotations }),
    },
    ...(pod && { spec: claimed.length > 0 ? { ...pod, volumes: [...(pod.volumes ?? []), ...claimed] } : pod }),
  };
  return attempt(() => objects(config).create(body, undefined, "All"));
}

async function attempt<T>(trial: () => Promise<T>): Promise<Trial<T>> {
  try {
    return { state: "accepted", value: await trial() };
  } catch (error) {
    const refusal = refusalOf(error);
    // The same code says that the run has no right to ask, and that the object breaks a rule.
    const mayNot = refusal.code === 401 || (refusal.code === 403 && /cannot \w+ resource/.test(refusal.message));
    if (mayNot || refusal.message.includes("does not support dry run"))
      return { state: "unread", reason: refusal.message, ...(mayNot && { mayNot }) };
    return { state: "refused", refusal };
  }
}
