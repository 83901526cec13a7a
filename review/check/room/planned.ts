import type { V1PersistentVolumeClaim, V1Pod, V1PodSpec } from "@kubernetes/client-node";
import { podTemplate } from "../../../components/kubernetes/workload-plan.ts";
import { workloadPlans } from "../../../components/workloads.ts";
import type { Context } from "../../../config/context.ts";
import { claimName, selectorLabels } from "../../../lib/names.ts";
import { amount } from "../quantity.ts";
import { podNeeds } from "./needs.ts";

/** Pods that the stack is going to have, alike. */
export interface PlannedPods {
  workload: string;
  kind: "Deployment" | "StatefulSet";
  replicas: number;
  spec: V1PodSpec;
  /** Of the disk of each: bytes. */
  disk?: { storage: number; storageClass?: string | undefined };
}

/** A disk that is to come, or to grow. */
export interface PlannedDisk {
  name: string;
  /** Bytes that are added. */
  added: number;
  /** Its whole size then, bytes. */
  storage: number;
  isNew: boolean;
  storageClass?: string | undefined;
}

/** The stack's own pods, as they are going to be. */
export function plannedPods(context: Context): PlannedPods[] {
  return workloadPlans(context).map((plan) => ({
    workload: plan.workload,
    kind: plan.kind,
    replicas: plan.replicas,
    // Plain values, in the types of the engine.
    spec: podTemplate(context, plan).spec as unknown as V1PodSpec,
    ...(plan.claim && {
      disk: { storage: amount(`${plan.claim.storageGib}Gi`), storageClass: plan.claim.storageClass },
    }),
  }));
}

/** Pods of a workload among those that run. */
export function podsOf(pods: readonly V1Pod[], workload: string): V1Pod[] {
  const wanted = Object.entries(selectorLabels(workload));
  return pods.filter(
    ({ metadata, status }) =>
      wanted.every(([key, value]) => metadata?.labels?.[key] === value) &&
      status?.phase !== "Succeeded" &&
      status?.phase !== "Failed",
  );
}

/** Those of which there are to be more, or which are to ask for something else. What is there as it is to be, has its room. */
export function growing(planned: readonly PlannedPods[], pods: readonly V1Pod[]): PlannedPods[] {
  return planned.filter(({ workload, replicas, spec }) => {
    const there = podsOf(pods, workload);
    const needs = podNeeds(spec);
    const isAlike = ({ spec: own }: V1Pod) => {
      const now = podNeeds(own!);
      return ["requests.cpu", "requests.memory"].every((name) => now[name] === needs[name]);
    };
    return there.length < replicas || !there.every(isAlike);
  });
}

/** Disks of planned pods that are not there as they are to be. */
export function growingDisks(
  planned: readonly PlannedPods[],
  claims: readonly V1PersistentVolumeClaim[],
): PlannedDisk[] {
  const sizes = new Map(
    claims.map(({ metadata, spec }) => [metadata?.name, amount(spec?.resources?.requests?.["storage"] ?? "0")]),
  );
  return planned.flatMap(({ workload, replicas, disk }) =>
    disk === undefined
      ? []
      : Array.from({ length: replicas }, (_, index) => {
          const name = claimName(workload, index);
          const before = sizes.get(name);
          return { name, ...disk, added: disk.storage - (before ?? 0), isNew: before === undefined };
        }).filter(({ added }) => added > 0),
  );
}
