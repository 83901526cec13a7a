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
 * A pod that no node could hold, were it empty, waits for ever: a stop, unless somebody makes nodes to measure. All else is a
 * remark: a cluster may make itself more nodes of those that it has, and evict what is less important.
 *
 * @param added what containers that are added to running pods ask for, together.
 */
export function judgeNodes(nodes: readonly Room[], wanted: readonly Wanted[], added: Amounts): Finding[] {
  const tooLarge = wanted.flatMap((one) => {
    const chosen = nodes.filter((node) => takes(lasting(node), one.spec));
    const needs = podNeeds(one.spec);
    // A pool without a node may be one that the cluster fills when it has to.
    return chosen.length === 0 || chosen.some(({ whole }) => fits(needs, whole)) ? [] : [{ ...one, needs, chosen }];
  });
  if (tooLarge.length > 0) return [tooLargeFor(tooLarge, nodes.some(isMadeToMeasure) ? note : stop)];
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

/** Pods that no node could hold, by the largest of them. */
function tooLargeFor(
  pods: readonly (Wanted & { needs: Amounts; chosen: readonly Room[] })[],
  finding: typeof stop,
): Finding {
  const [{ who, needs, chosen }, ...others] = pods.toSorted(byMemory) as [(typeof pods)[number]];
  const most = (name: string) => Math.max(...chosen.map(({ whole }) => whole[name] ?? 0));
  const has = { "requests.cpu": most("requests.cpu"), "requests.memory": most("requests.memory") };
  const more = others.length > 0 ? `; nor what those of ${others.length} others ask for` : "";
  return finding(
    `a pod of ${who} asks for ${shown(needs)}, and none of the ${chosen.length} nodes that it may be on has that: at most ${shown(has)}${more}`,
    "larger nodes, or smaller sizes in the stack file",
  );
}

/** By Karpenter and what is made of it (EKS Auto Mode, AKS), or by GKE Autopilot: a large pod gets a large node. */
function isMadeToMeasure({ name, labels }: Room): boolean {
  return name.startsWith("gk3-") || Object.keys(labels).some((label) => label.startsWith("karpenter.sh/"));
}

const byMemory = (a: { needs: Amounts }, b: { needs: Amounts }) =>
  (b.needs["requests.memory"] ?? 0) - (a.needs["requests.memory"] ?? 0);

/** Puts the largest pods first, each on the first node that has room. Takes it from what is left. */
function unplaced(free: { node: Room; left: Record<string, number> }[], wanted: readonly Wanted[]): Wanted[] {
  const bySize = wanted.map((one) => ({ one, needs: podNeeds(one.spec) })).sort(byMemory);
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

/** A node without what Kubernetes itself has put on it for now: not ready, cordoned, short of something. */
function lasting(node: Room): Room {
  return { ...node, taints: node.taints.filter(({ key }) => !key.startsWith("node.kubernetes.io/")) };
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
