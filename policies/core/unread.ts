import { objectsOf } from "./objects.ts";
import { delivered, isHelmRelease, releaseOf } from "./releases.ts";
import type { Unread } from "./releases.ts";
import type { Resource } from "./resource.ts";

/** Kinds that lead into the cluster and that no policy knows to read. */
const routes =
  /^(?:getambassador\.io\/(?:Mapping|TCPMapping|Host)|configuration\.konghq\.com\/(?:TCP|UDP)Ingress|apisix\.apache\.org\/Apisix(?:Route|Upstream)|k8s\.nginx\.org\/(?:VirtualServer|VirtualServerRoute|TransportServer)|gateway\.networking\.x-k8s\.io\/XListenerSet|gateway\.solo\.io\/VirtualService|gateway\.tyk\.io\/.*|networking\.gke\.io\/MultiClusterIngress|ingress\.pomerium\.io\/Pomerium|serving\.knative\.dev\/(?:Service|Route|DomainMapping)|networking\.cfargotunnel\.com\/.*|ngrok\.k8s\.ngrok\.com\/.*|ingress\.k8s\.ngrok\.com\/.*)$/;

/** What a resource brings into the cluster and nobody here can judge, since it is written elsewhere or in a form of its own. */
export const unreadOf = (resource: Resource): Unread[] => [
  ...(isHelmRelease(resource) ? releaseOf(resource).unread : []),
  ...objectsOf(resource).flatMap((object) => [
    ...(delivered(object)?.unread ?? []),
    ...(routes.test(`${object.apiVersion.split("/", 1)[0]!}/${object.kind}`)
      ? [{ path: object.path, what: `${object.kind} ${object.name}, which leads into the cluster by rules of its own` }]
      : []),
  ]),
];
