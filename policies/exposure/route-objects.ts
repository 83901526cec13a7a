import { objectsOf } from "../core/objects.ts";
import { record, text, within } from "../core/value.ts";
import { asIngress } from "./foreign-routes.ts";
import type { Finding } from "../core/judgement.ts";
import type { KubernetesObject } from "../core/objects.ts";
import type { Resource } from "../core/resource.ts";

/** Routes of Traefik. */
export const traefik = ["IngressRoute", "IngressRouteTCP", "IngressRouteUDP"];
const routeKinds = [
  ...["Ingress", "Gateway", "ListenerSet", "XListenerSet", "VirtualService"],
  ...["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute", ...traefik],
];

/** What leads into the cluster, of all kinds that are read. */
export const routes = (resource: Resource): KubernetesObject[] =>
  objectsOf(resource)
    .map(asIngress)
    .filter(({ kind, patch }) => routeKinds.includes(kind) && !patch);

export const spec = ({ body }: KubernetesObject) => record(body["spec"]);
/** The path of keys in the object's `spec`. */
export const specPath = ({ path, chart }: KubernetesObject, ...keys: (string | number)[]) =>
  chart ? within(path, ...keys) : within(path, "spec", ...keys);

/** Annotations that are wrong, by their keys and values. */
export type Annotations = readonly (readonly [RegExp, RegExp])[];

/** What the annotations of a route say wrongly. */
export function annotated(object: KubernetesObject, wrong: Annotations, message: string): Finding[] {
  const path = object.chart ? within(object.path, "annotations") : within(object.path, "metadata", "annotations");
  return Object.entries(record(record(object.body["metadata"])["annotations"]))
    .filter(([key, value]) => wrong.some(([of, bad]) => of.test(key) && bad.test(text(value) ?? "")))
    .map(([key]) => ({ path: within(path, key), message }));
}
