import { at, list, record, text } from "../core/value.ts";
import type { KubernetesObject } from "../core/objects.ts";
import type { Json } from "../core/value.ts";

/** A route of OpenShift or Contour as the Ingress that says the same; all others as they are. */
export function asIngress(object: KubernetesObject): KubernetesObject {
  const spec = record(object.body["spec"]);
  const as = (said: Json, annotations: Json = {}): KubernetesObject => {
    const metadata = record(object.body["metadata"]);
    const body = { metadata: { ...metadata, annotations: { ...record(metadata["annotations"]), ...annotations } } };
    return { ...object, kind: "Ingress", body: { ...body, spec: said } };
  };
  if (object.kind === "Route" && object.apiVersion.startsWith("route.openshift.io/")) {
    const host = text(spec["host"]) ?? "";
    const subdomain = spec["wildcardPolicy"] === "Subdomain";
    // `edge` goes on unencrypted to the pod.
    const termination = text(at(spec, "tls", "termination")) ?? "";
    const plain =
      !["reencrypt", "passthrough"].includes(termination) ||
      at(spec, "tls", "insecureEdgeTerminationPolicy") === "Allow";
    return as({ rules: [{ host: subdomain ? `*.${host}` : host }], tls: plain ? [] : [{ hosts: [host] }] });
  }
  if (object.kind === "HTTPProxy" && object.apiVersion.startsWith("projectcontour.io/")) {
    const host = text(at(spec, "virtualhost", "fqdn"));
    // Without one it is a part of another.
    if (host === undefined) return object;
    const ranges = list(at(spec, "virtualhost", "ipAllowPolicy")).map((one) => text(record(one)["cidr"]) ?? "");
    const tls = at(spec, "virtualhost", "tls") === undefined ? [] : [{ hosts: [host] }];
    const annotations = ranges.length > 0 ? { "haproxy.org/allow-list": ranges.join(",") } : {};
    return as({ rules: [{ host }], tls, ingressClassName: spec["ingressClassName"] }, annotations);
  }
  return object;
}
