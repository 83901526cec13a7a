import {
  PatchStrategy,
  setHeaderOptions,
  type KubernetesObject,
  type V1Node,
  type V1Pod,
} from "@kubernetes/client-node";
import type { Context } from "../../../config/context.ts";
import { claimName, dataVolume, ownLabels, selectorLabels } from "../../../lib/names.ts";
import type { Subject } from "../../../review/check/finding.ts";
import { readNodes } from "../../../review/check/read-nodes.ts";
import { lookAtRoom } from "../../../review/check/room/look.ts";
import { plannedPods } from "../../../review/check/room/planned.ts";
import type { ControlPlane } from "../../cluster/control-plane.ts";
import { apply, clientsOf, message, statusCode } from "../../landscape/kubernetes/client.ts";
import { untilItWorks } from "../../wait.ts";
import type { Case } from "./case.ts";

/** Controllers that the cases need. */
export const roomControllers = ["resourcequota-controller"];

/**
 * Quotas, limit ranges and nodes. Of the first two the cluster is asked as well: all pods of the stack are made, as its
 * workloads would, and where nothing is said each has to be taken.
 */
export function roomCases(local: Context, plane: ControlPlane): Case[] {
  const kubernetes = clientsOf(plane.kubeconfig);
  const { core, config, objects } = kubernetes;
  const namespace = "tracing-room";
  const context: Context = {
    ...local,
    settings: { ...local.settings, cluster: { ...local.settings.cluster, namespace } },
  };
  const planned = plannedPods(context);
  const pods = planned.reduce((sum, { replicas }) => sum + replicas, 0);
  const metadata = (name: string) => ({ name, namespace });

  const look = async (reader = config): Promise<Subject[]> => [
    await lookAtRoom(config, context, {
      own: { state: "read", value: {} },
      nodes: await readNodes(reader),
      grown: [],
    }),
  ];

  /** Makes all pods. @returns what the cluster said to those that it refused. */
  const makeAll = async (): Promise<string[]> => {
    const refused: string[] = [];
    for (const { workload, replicas, spec, disk } of planned)
      for (let index = 0; index < replicas; index++) {
        const labels = { ...selectorLabels(workload), ...ownLabels };
        // The controller of a StatefulSet puts these in.
        const claimed = disk
          ? [{ name: dataVolume, persistentVolumeClaim: { claimName: claimName(workload, index) } }]
          : [];
        const volumes = [...(spec.volumes ?? []), ...claimed];
        const body: V1Pod = { metadata: { ...metadata(`${workload}-${index}`), labels }, spec: { ...spec, volumes } };
        await core.createNamespacedPod({ namespace, body }).catch((error: unknown) => {
          if (statusCode(error) !== 403) throw error;
          refused.push(message(error));
        });
      }
    return refused;
  };
  const removeAll = async () => {
    await core.deleteCollectionNamespacedPod({ namespace, gracePeriodSeconds: 0 });
    await untilItWorks(
      async () => {
        const { items } = await core.listNamespacedPod({ namespace });
        if (items.length > 0) throw new Error(`${items.length} pods do not go`);
      },
      { limit: 30_000, every: 100 },
    );
  };

  /** With a bound in the namespace: what is said, after the cluster has shown what it does. */
  const bounded = (title: string, ends: Case["ends"], says: string, kind: string, spec: object): Case => ({
    title,
    ends,
    says,
    async look() {
      await apply(kubernetes, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
      for (const { workload } of planned)
        await apply(kubernetes, { apiVersion: "v1", kind: "ServiceAccount", metadata: metadata(workload) });
      const bound = { apiVersion: "v1", kind, metadata: metadata("team"), spec };
      await apply(kubernetes, bound as KubernetesObject);
      if (kind === "ResourceQuota")
        await untilItWorks(
          async () => {
            const { status } = await core.readNamespacedResourceQuota({ name: "team", namespace });
            if (!status?.used) throw new Error("nobody counts for the quota");
          },
          { limit: 30_000, every: 100 },
        );
      const subjects = await look();
      const refused = await makeAll();
      await removeAll();
      await objects.delete(bound);
      const stops = subjects.some(({ findings }) => findings.some(({ level }) => level === "stop"));
      if (stops !== refused.length > 0)
        throw new Error(`the cluster refused ${refused.length} pods: ${refused[0] ?? "none"}`);
      return subjects;
    },
  });
  const quota = (title: string, ends: Case["ends"], says: string, hard: Record<string, string>) =>
    bounded(title, ends, says, "ResourceQuota", { hard });
  const limit = (title: string, ends: Case["ends"], says: string, one: object) =>
    bounded(title, ends, says, "LimitRange", { limits: [one] });

  const node = async (name: string, cpu: string, memory: string) => {
    const body: V1Node = { metadata: { name } };
    await core.createNode({ body });
    const sizes = { cpu, memory, pods: "110" };
    const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
    await core.patchNodeStatus({ name, body: { status: { allocatable: sizes, capacity: sizes } } }, merge);
    // Nobody says that it is ready.
    await core.patchNode({ name, body: { spec: { taints: null } } }, merge);
  };

  return [
    quota("a quota with one pod too few", "preview, up", `what is to come asks for ${pods}`, {
      pods: String(pods - 1),
    }),
    quota("a quota with one more than all, for rollouts", "-", "", { pods: String(pods + 1) }),
    quota("a quota with just all: the next rollout", "-", "would wait for ever", { pods: String(pods) }),
    quota("a quota of memory", "preview, up", "limits.memory left", { "limits.memory": "1Gi" }),
    quota("a quota that demands a limit of CPU", "preview, up", "demands limits.cpu of every container", {
      "limits.cpu": "1000",
    }),
    quota("a large quota", "-", "", { "requests.cpu": "100", "requests.memory": "100Gi", pods: "100" }),
    limit("a limit range with too much at least", "preview, up", "the LimitRange team refuses container", {
      ...{ type: "Container", min: { memory: "100Mi" } },
    }),
    limit("one with too little at most", "preview, up", "at most 256Mi of memory, and it has", {
      ...{ type: "Container", max: { memory: "256Mi" } },
    }),
    // Kubernetes makes a default of it.
    limit("one with a highest CPU for containers", "-", "", { type: "Container", max: { cpu: "4" } }),
    limit("one with a highest CPU for pods", "preview, up", "at most 4 of cpu, and it has none", {
      ...{ type: "Pod", max: { cpu: "4" } },
    }),
    limit("one with room", "-", "", { type: "Pod", max: { memory: "4Gi" }, min: { memory: "1Mi" } }),
    {
      title: "nodes that are too small for a pod",
      ends: "preview, up",
      says: "and none of the 1 nodes that it may be on has that",
      async look() {
        await node("small", "8", "256Mi");
        return look();
      },
    },
    {
      title: "nodes that are too few",
      ends: "-",
      says: "find no room on the 2 nodes as they are now",
      async look() {
        await node("large", "1", "3Gi");
        return look();
      },
    },
    {
      title: "nodes that the run may not list",
      ends: "-",
      says: 'whether the nodes have room: nodes is forbidden: User "nobody" cannot list resource "nodes"',
      look: async () => look(clientsOf(await plane.kubeconfigOf("nobody")).config),
    },
    {
      title: "nodes with room",
      ends: "-",
      says: "",
      async look() {
        await node("larger", "16", "64Gi");
        return look();
      },
    },
  ];
}
