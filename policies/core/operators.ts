import { meantBy } from "./chart-values.ts";
import { at, join, record } from "./value.ts";
import type { Json } from "./value.ts";
import type { KubernetesObject } from "./objects.ts";

/** Groups of Kubernetes itself, of who deploys, and of routes and networks: their objects are judged as what they are. */
const others =
  /(?:^|\.)(?:k8s\.io|fluxcd\.io|argoproj\.io|cattle\.io|traefik\.io|containo\.us|cilium\.io|projectcalico\.org|istio\.io)$/;

/** The pods, Services and Ingresses that an operator makes of the object, by the keys that charts have as well. */
export function madeByOperator(object: KubernetesObject): KubernetesObject[] {
  const { apiVersion, name, namespace, patch, body, path, resource } = object;
  const [group = "", version] = apiVersion.split("/");
  if (version === undefined || !group.includes(".") || others.test(group)) return [];
  return meantBy(withDefaults(object, record(body["spec"])), join(path, "spec"), name).map((of) => ({
    ...of,
    ...{ name, namespace, patch, chart: true, resource },
  }));
}

/** The operator of Jaeger makes an Ingress unless it is told not to. */
function withDefaults({ kind, patch }: KubernetesObject, spec: Json): Json {
  if (kind !== "Jaeger" || patch || at(spec, "ingress", "enabled") === false) return spec;
  return { ...spec, ingress: { ...record(spec["ingress"]), enabled: true } };
}
