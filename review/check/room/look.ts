import type { KubeConfig, V1Namespace } from "@kubernetes/client-node";
import type { Context } from "../../../config/context.ts";
import type { Answer } from "../answer.ts";
import { unread, type Finding, type Subject } from "../finding.ts";
import { isTruncated, type LiveNode } from "../read-nodes.ts";
import { judgeLimits } from "./limits.ts";
import { defaultsOf, total, type Grown } from "./needs.ts";
import { judgeNodes, type Wanted } from "./nodes.ts";
import { growing, growingDisks, plannedPods, podsOf, type PlannedPods } from "./planned.ts";
import { judgeQuotas } from "./quota.ts";
import { emptyRoom, readRoom, readTaken, type LiveRoom } from "./read.ts";

/** What was read for other reasons. */
interface Known {
  /** The stack's own namespace. */
  own: Answer<V1Namespace>;
  nodes: Answer<readonly LiveNode[]>;
  /** What patches do to the services' pods. */
  grown: readonly Grown[];
}

/** Looks whether the stack's own pods, and what is added to those of the services, have room: in the namespace's quotas, and on nodes. */
export async function lookAtRoom(config: KubeConfig, context: Context, { own, nodes, grown }: Known): Promise<Subject> {
  const { namespace } = context.settings.cluster;
  const live = own.state === "missing" ? emptyRoom : await readRoom(config, namespace);
  const planned = plannedPods(context);
  const pods = live.pods.state === "read" ? live.pods.value : undefined;
  return {
    name: "room",
    looked: "quotas, nodes",
    findings: [
      ...inNamespace(live, namespace, planned),
      ...(pods ? await onNodes(config, nodes, wantedOf(planned, pods), grown) : []),
    ],
  };
}

function inNamespace({ quotas, limits, pods, claims }: LiveRoom, namespace: string, planned: readonly PlannedPods[]) {
  if (quotas.state === "read" && limits.state === "read" && pods.state === "read" && claims.state === "read") {
    const growth = {
      pods: growing(planned, pods.value),
      disks: growingDisks(planned, claims.value),
      there: pods.value,
      defaults: defaultsOf(limits.value),
    };
    return [...judgeQuotas(quotas.value, growth), ...judgeLimits(limits.value, growth)];
  }
  return Object.entries({ quotas, "limit ranges": limits, pods, disks: claims }).flatMap(([what, answer]) =>
    answer.state === "unread" ? [unread(`the ${what} of ${namespace}`, answer)] : [],
  );
}

type Own = Wanted & { there: number };

function wantedOf(planned: readonly PlannedPods[], pods: Parameters<typeof podsOf>[0]): Own[] {
  return growing(planned, pods).map(({ workload, replicas, spec }) => ({
    ...{ who: workload, spec, count: replicas },
    there: podsOf(pods, workload).length,
  }));
}

async function onNodes(
  config: KubeConfig,
  seen: Answer<readonly LiveNode[]>,
  own: readonly Own[],
  grown: readonly Grown[],
): Promise<Finding[]> {
  const added = total(grown.map((one) => [one.added, 1]));
  // What stays as it is has its room.
  if (own.length === 0 && Object.values(added).every((amount) => amount <= 0)) return [];
  if (seen.state !== "read") return [unread("whether the nodes have room", seen)];
  const nodes = seen.value;
  if (nodes.length === 0) return [];
  if (isTruncated(nodes)) return [unread(`whether the nodes have room: only ${nodes.length} of them were read`)];
  const taken = await readTaken(config);
  const findings = judgeNodes(
    nodes.map((node) => ({ ...node, ...(taken && { taken: taken.get(node.name) ?? {} }) })),
    [
      // Those that are there have their place, where it is known which is taken.
      ...own.map((one) => ({ ...one, count: taken ? Math.max(0, one.count - one.there) : one.count })),
      // Those of services have theirs anyhow: whether one has room at all.
      ...grown.map((one) => ({ ...one, count: 0 })),
    ],
    added,
  );
  return taken || findings.length > 0
    ? findings
    : [
        unread(
          "how much of the nodes is taken: the run may not list the pods of all namespaces, or there are too many",
        ),
      ];
}
