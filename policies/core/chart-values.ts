import { chartPod } from "./chart-pods.ts";
import { at, isRecord, join, list, record, recordsIn, text } from "./value.ts";
import type { Json } from "./value.ts";

/** An object that values stand for: what they do not say is the business of the chart, or of the operator. */
interface Meant {
  readonly apiVersion: string;
  readonly kind: string;
  readonly body: Json;
  readonly path: string;
}

/**
 * What the usual keys of a chart's values stand for. Custom resources of operators are written with the same keys. Both are free
 * to call things otherwise; nearly none does.
 */
export function meantBy(values: unknown, path: string, name: string): Meant[] {
  return [...recordsIn(values, path)].flatMap(({ value, path: at }): Meant[] => {
    const key = /([\w-]+)(?:\[\d+\])?$/.exec(at)?.[1]?.toLowerCase() ?? "";
    const pod = chartPod(value, name);
    return [
      ...services(key, value).map((spec) => meant("v1", "Service", spec, annotationsOf(value), at)),
      ...ingresses(key, value).map((spec) => meant("networking.k8s.io/v1", "Ingress", spec, annotationsOf(value), at)),
      ...(key === "httproute" && isOn(value["enabled"])
        ? [meant("gateway.networking.k8s.io/v1", "HTTPRoute", value, annotationsOf(value), at)]
        : []),
      ...Object.entries(value)
        .filter(([, items]) => list(items).some((item) => isRecord(item) && "verbs" in item && "apiGroups" in item))
        .map(([of, rules]) => ({
          ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", body: { rules } },
          path: of === "rules" ? at : join(at, of),
        })),
      ...(pod ? [{ apiVersion: "v1", kind: "Pod", body: { spec: pod }, path: at }] : []),
    ];
  });

  function meant(apiVersion: string, kind: string, spec: Json, annotations: Json, at: string): Meant {
    return { apiVersion, kind, body: { metadata: { name, annotations }, spec }, path: at };
  }
}

/** Beside the value, or in a template of a whole object. */
const annotationsOf = (value: Json): Json => ({
  ...record(value["annotations"]),
  ...record(value["serviceAnnotations"]),
  ...record(at(value, "metadata", "annotations")),
  ...record(at(value, "configuration", "bootstrap", "annotations")),
});

/** As a template sees it: to it every text is true, but for the empty one. */
const isOn = (enabled: unknown): boolean => enabled === true || (typeof enabled === "string" && enabled !== "");

const types = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"];
/** Strimzi and others write `loadbalancer`. */
const typeOf = (type: unknown): string | undefined =>
  types.find((one) => one.toLowerCase() === text(type)?.toLowerCase());

function services(key: string, value: Json): Json[] {
  if (value["enabled"] === false) return [];
  // A key of its own beside others: `serviceType`, and the switches of the operator for PostgreSQL.
  const single =
    typeOf(value["serviceType"]) ?? (switches.some((of) => value[of] === true) ? "LoadBalancer" : undefined);
  const own = /(?:service(?:s|spec|template|templates)?|listeners|expose|external)$/.test(key)
    ? whole(value)
    : undefined;
  return [...(single ? [{ ...value, type: single }] : []), ...(own ? [own] : [])].map((spec) => ({
    ...spec,
    loadBalancerSourceRanges:
      spec["loadBalancerSourceRanges"] ??
      spec["allowedSourceRanges"] ??
      at(spec, "configuration", "loadBalancerSourceRanges"),
  }));
}
const switches = ["enableMasterLoadBalancer", "enableReplicaLoadBalancer", "enableMasterPoolerLoadBalancer"];

function whole(value: Json): Json {
  const spec = isRecord(value["spec"]) ? value["spec"] : value;
  const port = spec["port"] === undefined ? [] : [{ port: spec["port"] }];
  return { ...spec, type: typeOf(spec["type"]), ports: Array.isArray(spec["ports"]) ? spec["ports"] : port };
}

function ingresses(key: string, value: Json): Json[] {
  if (!key.endsWith("ingress")) return [];
  // `type` instead of a switch: the operators of OpenTelemetry and Tempo.
  const on = isOn(value["enabled"]) || ["ingress", "route"].includes(text(value["type"]) ?? "");
  if (isRecord(value["spec"])) return value["enabled"] === false ? [] : [value["spec"]];
  return on ? [ingressOf(value)] : [];
}

/** An Ingress of the keys of charts. */
function ingressOf(value: Json): Json {
  const single = [value["hostname"], value["host"]].filter((host) => host !== undefined);
  const rules = [...list(value["hosts"]), ...single].map((host) =>
    isRecord(host) ? { ...host, host: host["host"] ?? host["name"] } : { host },
  );
  const className = value["ingressClassName"] ?? value["className"];
  return {
    rules: rules.length > 0 ? rules : [{}],
    tls: value["tls"],
    ...(className !== undefined && { ingressClassName: className }),
  };
}
