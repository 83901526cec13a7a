import type { Settings } from "../../config/settings.ts";
import type { Answer } from "./answer.ts";
import { listed, note, stop, unread, type Finding, type Subject } from "./finding.ts";
import type { LiveNode } from "./read-nodes.ts";
import type { LiveNeeds } from "./read-needs.ts";

/** The API of each controller's objects, and the kinds of which the stack makes some. */
export const routeApis = {
  traefik: { group: "traefik.io", version: "v1alpha1", kinds: ["IngressRouteTCP", "MiddlewareTCP"] },
  "gateway-api": { group: "gateway.networking.k8s.io", version: "v1", kinds: ["TLSRoute"] },
} as const;

/**
 * What the stack's own objects refer to, and has to be there: an `up` would wait for pods that nobody starts, or fail half-way.
 *
 * @param first there was no `up` yet: the claims are still to be made.
 */
export function judgeNeeds(
  live: LiveNeeds,
  nodes: Answer<readonly LiveNode[]>,
  settings: Settings,
  first: boolean,
): Subject {
  return {
    name: "own pods",
    looked: "APIs, classes, nodes",
    findings: [
      ...routes(live, settings),
      ...(first ? storage(live, settings) : []),
      ...priority(live, settings),
      ...places(nodes, settings),
    ],
  };
}

function routes({ routeKinds }: LiveNeeds, { access: { ingress } }: Settings): Finding[] {
  const { group, version, kinds } = routeApis[ingress.controller];
  if (routeKinds.state === "unread") return [unread(`whether the cluster knows ${group}/${version}`, routeKinds)];
  const known = routeKinds.state === "read" ? routeKinds.value : [];
  const lacks = kinds.filter((kind) => !known.includes(kind));
  if (lacks.length === 0) return [];
  return [
    stop(
      `the cluster knows no ${listed(lacks)} of ${group}/${version}: the definitions of access.ingress.controller ${ingress.controller} are not installed, or older ones`,
      `the CustomResourceDefinitions of the controller, or another access.ingress.controller`,
    ),
  ];
}

/** Claims of the sampler, and of an Elasticsearch of the stack's own. Volumes that somebody made by hand need no class. */
function storage({ storageClasses }: LiveNeeds, { elasticsearch, sizes }: Settings): Finding[] {
  const claims: [string, string | undefined][] = [
    ["sizes.sampler.storageClass", sizes.sampler.storageClass],
    ...(elasticsearch.mode === "managed"
      ? [["elasticsearch.storageClass", elasticsearch.storageClass] as [string, string | undefined]]
      : []),
  ];
  if (storageClasses.state !== "read") return [unread("which StorageClasses there are", storageClasses)];
  const names = storageClasses.value.map(({ metadata }) => metadata?.name ?? "").sort();
  const byDefault = storageClasses.value.some(
    ({ metadata }) => metadata?.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
  );
  return claims.flatMap(([setting, name]) => {
    if (name === undefined ? byDefault : names.includes(name)) return [];
    const what = name === undefined ? "the cluster has no default StorageClass" : `there is no StorageClass ${name}`;
    return [
      note(
        `${what} (${setting}): without a volume made by hand, pods would wait for theirs for ever; there are ${listed(names)}`,
        `${setting}: ${names[0] ?? "<a StorageClass>"}`,
      ),
    ];
  });
}

function priority({ priorityClass }: LiveNeeds, { pods }: Settings): Finding[] {
  if (priorityClass?.state === "unread")
    return [unread(`whether there is a PriorityClass ${pods.priorityClass}`, priorityClass)];
  return priorityClass?.state === "missing"
    ? [
        stop(
          `there is no PriorityClass ${pods.priorityClass} (pods.priorityClass): the cluster would refuse every pod`,
          "pods: {priorityClass: <one of kubectl get priorityclasses>}",
        ),
      ]
    : [];
}

function places(nodes: Answer<readonly LiveNode[]>, { pods: { nodeSelector } }: Settings): Finding[] {
  const wanted = Object.entries(nodeSelector);
  if (wanted.length === 0) return [];
  if (nodes.state !== "read") return [unread("which nodes pods.nodeSelector chooses", nodes)];
  return nodes.value.some(({ labels }) => wanted.every(([key, value]) => labels[key] === value))
    ? []
    : [
        note(
          `none of the ${nodes.value.length} nodes that were read has ${wanted.map(([key, value]) => `${key}=${value}`).join(", ")} (pods.nodeSelector): unless an autoscaler makes one, pods would wait for ever`,
          "pods: {nodeSelector: <labels of kubectl get nodes --show-labels>}",
        ),
      ];
}
