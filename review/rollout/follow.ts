import { setTimeout as sleep } from "node:timers/promises";
import { AppsV1Api, CoreV1Api, PatchStrategy, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { fieldManager } from "../../components/wiring/plan.ts";
import type { Service } from "../../config/landscape.ts";
import { AskError } from "../../lib/ask-error.ts";
import { ask } from "../check/answer.ts";
import { objects } from "../check/read.ts";
import { progressOf, type Progress } from "./progress.ts";

const pauseMs = 2000;
/** A container without a readiness probe is ready as soon as it runs, and may end a moment later. */
const settleMs = 15_000;
/** For a Deployment that never says that it took too long, milliseconds. */
const longestMs = 20 * 60_000;

/** How a rollout ended. Not known: the run may not look, or the Deployment is gone. */
export type Outcome = { state: "through" } | { state: "taken back" | "not known"; reason: string };

/**
 * Follows the rollout that a patch started. If the application does not start with it, the patch is taken back, so that the
 * application runs as before.
 */
export async function followRollout(config: KubeConfig, service: Service): Promise<Outcome> {
  const seen = await lastProgress(config, service, Date.now() + longestMs);
  if (seen.state === "through") return seen;
  if (seen.state === "unread") return { state: "not known", reason: seen.reason };
  await takeBack(config, service);
  return { state: "taken back", reason: seen.state === "failed" ? seen.reason : "its rollout did not end" };
}

/** Also: the run may not look, or the Deployment is gone. */
type Seen = Progress | { state: "unread"; reason: string };

async function lastProgress(config: KubeConfig, service: Service, deadline: number): Promise<Seen> {
  let since: number | undefined;
  for (;;) {
    const progress = await progressNow(config, service);
    const now = Date.now();
    since = progress.state === "through" ? (since ?? now) : undefined;
    if (progress.state === "failed" || progress.state === "unread" || now > deadline) return progress;
    if (since !== undefined && now - since >= settleMs) return progress;
    await sleep(pauseMs);
  }
}

async function progressNow(config: KubeConfig, service: Service): Promise<Seen> {
  try {
    const answer = await ask(() => readProgress(config, service));
    if (answer.state === "read") return answer.value;
    return answer.state === "unread" ? answer : { state: "unread", reason: "the Deployment is gone" };
  } catch (error) {
    // An API server that is away for a moment says nothing about the rollout.
    if (error instanceof AskError) return { state: "under way" };
    throw error;
  }
}

async function readProgress(config: KubeConfig, { namespace, deployment: name }: Service): Promise<Progress> {
  const [core, apps] = [config.makeApiClient(CoreV1Api), config.makeApiClient(AppsV1Api)];
  const workload = await apps.readNamespacedDeployment({ name, namespace });
  const labelSelector = Object.entries(workload.spec?.selector.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const [pods, sets] = await Promise.all([
    core.listNamespacedPod({ namespace, labelSelector }),
    apps.listNamespacedReplicaSet({ namespace, labelSelector }),
  ]);
  const revision = workload.metadata?.annotations?.["deployment.kubernetes.io/revision"];
  const newest = sets.items.find(
    ({ metadata }) =>
      metadata?.annotations?.["deployment.kubernetes.io/revision"] === revision &&
      metadata?.ownerReferences?.some(({ uid }) => uid === workload.metadata?.uid),
  );
  const ofNewest = ({ metadata }: V1Pod) => metadata?.ownerReferences?.some(({ uid }) => uid === newest?.metadata?.uid);
  return progressOf(workload, pods.items.filter(ofNewest));
}

/** Applies nothing under the patch's name: all that it owns goes, and what others own stays. */
async function takeBack(config: KubeConfig, service: Service): Promise<void> {
  const { namespace, deployment: name } = service;
  const nothing = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace } };
  await objects(config).patch(
    nothing,
    undefined,
    undefined,
    fieldManager(service),
    true,
    PatchStrategy.ServerSideApply,
  );
}
