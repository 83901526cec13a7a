import type {
  KubernetesObject,
  V1DeploymentCondition,
  V1LabelSelector,
  V1PersistentVolumeClaim,
  V1PodTemplateSpec,
} from "@kubernetes/client-node";
import type { Service } from "../../config/landscape.ts";
import { labelSelector } from "../../lib/pods.ts";

/** What is read of a Deployment, a StatefulSet or a DaemonSet. A field that a kind does not have is never set. */
export interface LiveWorkload extends KubernetesObject {
  spec?: {
    selector: V1LabelSelector;
    template: V1PodTemplateSpec;
    replicas?: number;
    paused?: boolean;
    progressDeadlineSeconds?: number;
    /** Of a Deployment. */
    strategy?: Strategy;
    /** Of a StatefulSet or a DaemonSet. */
    updateStrategy?: Strategy;
    volumeClaimTemplates?: V1PersistentVolumeClaim[];
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    /** Of a StatefulSet: name of the newest template, and of the one before until all pods are new. */
    updateRevision?: string;
    currentRevision?: string;
    /** Of a DaemonSet. */
    desiredNumberScheduled?: number;
    updatedNumberScheduled?: number;
    numberReady?: number;
    numberAvailable?: number;
    conditions?: V1DeploymentCondition[];
  };
}

interface Strategy {
  type?: string;
  rollingUpdate?: { partition?: number; maxSurge?: number | string };
}

/** The workload of a service, for people: `StatefulSet mes/mes-api`. */
export function titleOf({ workload, namespace, deployment }: Service): string {
  return `${workload} ${namespace}/${deployment}`;
}

/** As `kubectl` names it, for example `statefulset/mes-api`. */
export function kubectlName({ workload, deployment }: Service): string {
  return `${workload.toLowerCase()}/${deployment}`;
}

/** The workload of a service without any of its fields. */
export function referenceTo({ workload, namespace, deployment }: Service) {
  return { apiVersion: "apps/v1", kind: workload, metadata: { name: deployment, namespace } };
}

/** Pods that it wants, and how many of them are ready. */
export function podsOf({ status = {} }: LiveWorkload): { wanted: number; ready: number } {
  return status.desiredNumberScheduled === undefined
    ? { wanted: status.replicas ?? 0, ready: status.readyReplicas ?? 0 }
    : { wanted: status.desiredNumberScheduled, ready: status.numberReady ?? 0 };
}

/** The selector of its pods as the API takes it, for example `app=web,tier in (a,b)`. Undefined: it has none. */
export function podSelectorOf({ spec }: LiveWorkload): string | undefined {
  const { matchLabels = {}, matchExpressions = [] } = spec?.selector ?? {};
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    switch (operator) {
      case "Exists":
        return key;
      case "DoesNotExist":
        return `!${key}`;
      default:
        return `${key} ${operator.toLowerCase()} (${values.join(",")})`;
    }
  });
  return [labelSelector(matchLabels), ...expressions].filter((part) => part !== "").join(",") || undefined;
}

/**
 * Why a new template does not reach all pods by itself. Undefined: it does.
 *
 * `none`: nothing happens until somebody acts. `some`: the pods with the lower numbers stay as they are.
 */
export function heldBack({ spec }: LiveWorkload): { pods: "none" | "some"; why: string } | undefined {
  if (spec?.paused) return { pods: "none", why: "its rollout is paused" };
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  if (type === "OnDelete")
    return { pods: "none", why: "its pods are replaced only when somebody deletes them (updateStrategy OnDelete)" };
  const partition = rollingUpdate?.partition ?? 0;
  const replicas = spec?.replicas ?? 1;
  if (partition === 0 || replicas === 0) return undefined;
  return partition >= replicas
    ? { pods: "none", why: `none of its ${replicas} pods is replaced (partition ${partition})` }
    : { pods: "some", why: `its pods with numbers below ${partition} stay as they are (partition ${partition})` };
}

/** Whether a rollout makes a new pod before an old one ends. */
export function surges({ spec }: LiveWorkload): boolean {
  // A StatefulSet's pods have names, and there is one of each.
  if (spec?.updateStrategy) return isSome(spec.updateStrategy.rollingUpdate?.maxSurge ?? 0);
  return spec?.strategy?.type !== "Recreate" && isSome(spec?.strategy?.rollingUpdate?.maxSurge ?? 1);
}

const isSome = (surge: number | string) => surge !== 0 && surge !== "0%";
