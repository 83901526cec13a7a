import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { listedName } from "../../lib/image-name.ts";
import { ask, type Answer } from "./answer.ts";
import { amount } from "./quantity.ts";
import type { Room } from "./room/nodes.ts";

/** What is read of a node. */
export interface LiveNode extends Omit<Room, "taken"> {
  /** For example `amd64`. */
  architecture: string;
  /** Images that are there, each by all its names: `docker.io/otel/opentelemetry-collector-contrib:0.158.0`. */
  images: ReadonlySet<string>;
}

/** Nodes that are read: an image that the cluster can pull is on one of them soon, and each is 20 kB. */
const most = 200;

/** Reads nodes of the cluster, not all of a large one. The kubelet lists its 50 largest images, unless it is told otherwise. */
export function readNodes(config: KubeConfig): Promise<Answer<LiveNode[]>> {
  return ask(async () => {
    const { items } = await config.makeApiClient(CoreV1Api).listNode({ limit: most });
    return items.map(({ metadata, spec, status }) => ({
      name: metadata?.name ?? "",
      architecture: status?.nodeInfo?.architecture ?? "",
      labels: metadata?.labels ?? {},
      taints: spec?.taints ?? [],
      schedulable: !spec?.unschedulable,
      whole: {
        "requests.cpu": amount(status?.allocatable?.["cpu"] ?? "0"),
        "requests.memory": amount(status?.allocatable?.["memory"] ?? "0"),
        pods: amount(status?.allocatable?.["pods"] ?? "0"),
      },
      images: new Set((status?.images ?? []).flatMap(({ names = [] }) => names.map(listedName))),
    }));
  });
}

/** Whether there may be nodes that were not read. */
export const isTruncated = (nodes: readonly LiveNode[]): boolean => nodes.length >= most;
