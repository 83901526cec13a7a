import type { V1Pod, V1ResourceQuota } from "@kubernetes/client-node";
import { listed, note, stop, type Finding } from "../finding.ts";
import { amount, quantityOf } from "../quantity.ts";
import { askedBy, podNeeds, total, type Amounts, type Defaults } from "./needs.ts";
import { podsOf, type PlannedDisk, type PlannedPods } from "./planned.ts";

/** What is to come into a namespace that has quotas. */
export interface Growth {
  pods: readonly PlannedPods[];
  disks: readonly PlannedDisk[];
  /** Pods that are there: those of the same workloads go. */
  there: readonly V1Pod[];
  /** What limit ranges give to containers that say nothing. */
  defaults: Defaults;
}

/** Quotas of the stack's own namespace in which what is to come has no room: pods would not be made, and nobody would say so. */
export function judgeQuotas(quotas: readonly V1ResourceQuota[], growth: Growth): Finding[] {
  return quotas.flatMap((quota) => {
    const { pods, disks, there, defaults } = growth;
    const counted = pods.filter((one) => isCounted(quota, one));
    const added = {
      ...diskNeeds(disks),
      ...total([
        ...counted.map(({ spec, replicas }) => [podNeeds(spec, defaults), replicas] as const),
        ...counted.flatMap(({ workload }) =>
          podsOf(there, workload).map(({ spec }) => [podNeeds(spec!, defaults), -1] as const),
        ),
      ]),
    };
    const name = quota.metadata?.name ?? "";
    return Object.entries(quota.spec?.hard ?? {}).flatMap(([key, hard]) => {
      const resource = synonyms[key] ?? key;
      const unsaid = unsaidBy(counted, resource, defaults);
      if (unsaid.length > 0)
        return [
          stop(
            `the quota ${name} demands ${resource} of every container, and those of ${listed(unsaid)} say nothing of it`,
            `a LimitRange with a default, or ${sizesWith(resource)}`,
          ),
        ];
      const add = added[resource] ?? 0;
      if (add <= 0) return [];
      const used = amount(quota.status?.used?.[key] ?? "0");
      const left = amount(hard) - used;
      const shown = (value: number) => quantityOf(resource, value);
      const has = `the quota ${name} has ${shown(left)} of ${shown(amount(hard))} ${key} left`;
      if (add > left)
        return [
          stop(
            `${has}, and what is to come asks for ${shown(add)}: the last of it would never be made`,
            `${key}: ${shown(used + add)} at least in the ResourceQuota ${name}, or smaller sizes and fewer replicas`,
          ),
        ];
      const largest = Math.max(
        0,
        ...counted.filter(isRolled).map(({ spec }) => podNeeds(spec, defaults)[resource] ?? 0),
      );
      return left - add >= largest
        ? []
        : [
            note(
              `${has}, of which ${shown(add)} is asked for: the next rollout, which makes a pod before an old one ends, would wait for ever`,
              `${key}: ${shown(used + add + largest)} in the ResourceQuota ${name}`,
            ),
          ];
    });
  });
}

/** A rollout of a StatefulSet takes the old pod away first. */
const isRolled = ({ kind }: PlannedPods) => kind === "Deployment";

const synonyms: Readonly<Record<string, string>> = {
  cpu: "requests.cpu",
  memory: "requests.memory",
  "count/pods": "pods",
  "count/persistentvolumeclaims": "persistentvolumeclaims",
};

function diskNeeds(disks: readonly PlannedDisk[]): Amounts {
  return total(
    disks.map(({ added, isNew, storageClass }) => {
      const own = { "requests.storage": added, persistentvolumeclaims: isNew ? 1 : 0 };
      const prefix = `${storageClass}.storageclass.storage.k8s.io/`;
      const ofClass = Object.entries(own).map(([name, value]): [string, number] => [`${prefix}${name}`, value]);
      return [{ ...own, ...(storageClass !== undefined && Object.fromEntries(ofClass)) }, 1];
    }),
  );
}

/** Workloads with a container that has no such value: a quota on it refuses their pods. */
function unsaidBy(pods: readonly PlannedPods[], resource: string, defaults: Defaults): string[] {
  const [, kind, name] = /^(requests|limits)[.](cpu|memory)$/.exec(resource) ?? [];
  if (name === undefined) return [];
  return pods
    .filter(({ spec }) =>
      [...spec.containers, ...(spec.initContainers ?? [])].some(
        (container) => askedBy(container, kind as "limits", name, defaults) === undefined,
      ),
    )
    .map(({ workload }) => workload);
}

function sizesWith(resource: string): string {
  return resource === "limits.cpu" ? "sizes: {<part>: {cpuLimit: …}} for each of them" : "sizes for each of them";
}

/** Whether a quota counts such pods: it may be about some only. None of the stack's has a deadline, and each asks for something. */
function isCounted({ spec }: V1ResourceQuota, { spec: pod }: PlannedPods): boolean {
  const byName = (spec?.scopes ?? []).every((scope) => !["Terminating", "BestEffort"].includes(scope));
  const { priorityClassName: priority } = pod;
  const bySelector = (spec?.scopeSelector?.matchExpressions ?? []).every(({ scopeName, operator, values = [] }) => {
    if (scopeName !== "PriorityClass") return !["Terminating", "BestEffort"].includes(scopeName);
    switch (operator) {
      case "In":
        return priority !== undefined && values.includes(priority);
      case "NotIn":
        return priority === undefined || !values.includes(priority);
      case "Exists":
        return priority !== undefined;
      default:
        return priority === undefined;
    }
  });
  return byName && bySelector;
}
