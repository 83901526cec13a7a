import type { V1PodSpec, V1Taint, V1Toleration } from "@kubernetes/client-node";
import { listed, note, stop, type Finding } from "../finding.ts";
import { quantityOf } from "../quantity.ts";
import { podNeeds, type Amounts } from "./needs.ts";

/** A node, and what of it is taken. */
export interface Room {
  name: string;
  labels: Readonly<Record<string, string>>;
  taints: readonly V1Taint[];
  /** False: nothing new is put there for now. */
  schedulable: boolean;
  /** What pods can have of it: `requests.cpu`, `requests.memory`, `pods`. */
  whole: Amounts;
  /** The part of it that pods have asked for. Undefined: the run may not know. */
  taken?: Amounts;
}

/** Pods that are to find a place: `count` of them. */
export interface Wanted {
  who: string;
  spec: V1PodSpec;
  count: number;
}

const measures = ["requests.cpu", "requests.memory", "pods"] as const;

/**
 * Whether there is room on the nodes.
 *
 * A pod that no node could hold, were it empty, waits for ever: a stop. All else is a remark: a cluster may make itself nodes,
 * and evict what is less important.
 *
 * @param added what containers that are added to running pods ask for, together.
 */
export function judgeNodes(nodes: readonly Room[], wanted: readonly Wanted[], added: Amounts): Finding[] {
  const tooLarge = wanted.flatMap((one) => {
    const chosen = nodes.filter((node) => takes(node, one.spec));
    const needs = podNeeds(one.spec);
    // A pool without a node may be one that the cluster fills when it has to.
    if (chosen.length === 0 || chosen.some(({ whole }) => fits(needs, whole))) return [];
    const largest = (name: string) => Math.max(...chosen.map(({ whole }) => whole[name] ?? 0));
    return [
      stop(
        `a pod of ${one.who} asks for ${shown(needs)}, and none of the ${chosen.length} nodes that it may be on has that: at most ${shown({ "requests.cpu": largest("requests.cpu"), "requests.memory": largest("requests.memory") })}`,
        "larger nodes, or smaller sizes in the stack file",
      ),
    ];
  });
  if (tooLarge.length > 0) return tooLarge;
  const free = nodes
    .filter(({ schedulable }) => schedulable)
    .map((node) => ({ node, left: minus(node.whole, node.taken ?? {}) }));
  const waiting = unplaced(free, wanted);
  if (waiting.length > 0) {
    const count = waiting.reduce((sum, one) => sum + one.count, 0);
    const known = nodes.every(({ taken }) => taken !== undefined);
    return [
      note(
        `${count} pods (${listed(waiting.map((one) => `${one.count} of ${one.who}`))}) find no room on the ${free.length} nodes${known ? ` as they are now` : `, were they empty`}: they wait until there is some`,
        "more or larger nodes, unless the cluster makes itself some; or smaller sizes",
      ),
    ];
  }
  const left = (name: string) => free.reduce((sum, { left: one }) => sum + Math.max(0, one[name] ?? 0), 0);
  const short = (["requests.cpu", "requests.memory"] as const).filter((name) => (added[name] ?? 0) > left(name));
  return short.length === 0
    ? []
    : [
        note(
          `the agents in the services' pods ask for ${shown(added)} more, and all ${free.length} nodes together have ${shown({ "requests.cpu": left("requests.cpu"), "requests.memory": left("requests.memory") })} left: rollouts wait until there is some`,
          "more or larger nodes, unless the cluster makes itself some; or smaller sizes.agent",
        ),
      ];
}

/** Puts the largest pods first, each on the first node that has room. Takes it from what is left. */
function unplaced(free: { node: Room; left: Record<string, number> }[], wanted: readonly Wanted[]): Wanted[] {
  const bySize = wanted
    .map((one) => ({ one, needs: podNeeds(one.spec) }))
    .sort((a, b) => b.needs["requests.memory"]! - a.needs["requests.memory"]!);
  return bySize.flatMap(({ one, needs }) => {
    for (let count = one.count; count > 0; count--) {
      const place = free.find(({ node, left }) => takes(node, one.spec) && fits(needs, left));
      if (!place) return [{ ...one, count }];
      place.left = minus(place.left, needs);
    }
    return [];
  });
}

const fits = (needs: Amounts, room: Amounts) => measures.every((name) => (needs[name] ?? 0) <= (room[name] ?? 0));

function minus(whole: Amounts, part: Amounts): Record<string, number> {
  return Object.fromEntries(measures.map((name) => [name, (whole[name] ?? 0) - (part[name] ?? 0)]));
}

/** Whether a pod may be on a node, by its labels and taints. */
function takes({ labels, taints }: Room, { nodeSelector = {}, tolerations = [] }: V1PodSpec): boolean {
  return (
    Object.entries(nodeSelector).every(([key, value]) => labels[key] === value) &&
    taints
      .filter(({ effect }) => effect !== "PreferNoSchedule")
      .every((taint) => tolerations.some((toleration) => tolerates(toleration, taint)))
  );
}

function tolerates({ key, operator = "Equal", value = "", effect }: V1Toleration, taint: V1Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (!key) return operator === "Exists";
  return key === taint.key && (operator === "Exists" || value === (taint.value ?? ""));
}

const shown = (needs: Amounts) =>
  `${quantityOf("cpu", needs["requests.cpu"] ?? 0)} CPUs and ${quantityOf("memory", needs["requests.memory"] ?? 0)} of memory`;
