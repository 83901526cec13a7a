import { objectsOf } from "./objects.ts";
import { join } from "./value.ts";
import { delivered, isHelmRelease, releaseOf } from "./releases.ts";
import type { Unread } from "./releases.ts";
import type { Resource } from "./resource.ts";

/** Kinds whose rules no policy knows to read, by group and kind, with what they do. */
const foreign: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:getambassador\.io\/(?:Mapping|TCPMapping|Host)|configuration\.konghq\.com\/(?:TCP|UDP)Ingress|apisix\.apache\.org\/ApisixRoute|k8s\.nginx\.org\/(?:VirtualServer(?:Route)?|TransportServer)|gateway\.solo\.io\/VirtualService|networking\.gke\.io\/MultiClusterIngress|ingress\.pomerium\.io\/Pomerium|serving\.knative\.dev\/(?:Service|Route|DomainMapping)|networking\.cfargotunnel\.com\/\w+|(?:ngrok|ingress)\.k8s\.ngrok\.com\/\w+)$/,
    "which leads into the cluster by rules of its own",
  ],
  [
    /^(?:crd\.antrea\.io\/(?:Cluster)?NetworkPolicy|security\.istio\.io\/AuthorizationPolicy|policy\.linkerd\.io\/\w+|k8s\.ovn\.org\/EgressFirewall|vpcresources\.k8s\.aws\/SecurityGroupPolicy|networking\.k8s\.aws\/\w*NetworkPolicy)$/,
    "which lets in and out by rules of its own",
  ],
  [
    /^(?:kyverno\.io\/PolicyException|security\.openshift\.io\/SecurityContextConstraints|constraints\.gatekeeper\.sh\/\w+)$/,
    "which says by rules of its own what pods may do",
  ],
];

/** What a resource brings into the cluster and nobody here can judge: it is written elsewhere, or in a form of its own. */
export const unreadOf = (resource: Resource): Unread[] => [
  ...(/^command:\w+:Command$/.test(resource.type) ? [{ path: "create", what: "what its commands do" }] : []),
  ...(isHelmRelease(resource) ? releaseOf(resource).unread : []),
  ...objectsOf(resource).flatMap((object) => {
    const does = foreign.find(([of]) => of.test(`${object.apiVersion.split("/", 1)[0]!}/${object.kind}`))?.[1];
    return [
      ...(delivered(object)?.unread ?? []),
      ...(does ? [{ path: join(object.path, "spec"), what: `${object.kind} ${object.name}, ${does}` }] : []),
    ];
  }),
];
