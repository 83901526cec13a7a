import { at, isRecord, join, list, record, recordsIn, remembered, text } from "./value.ts";
import type { Json } from "./value.ts";
import type { Resource } from "./resource.ts";

/** An object of Kubernetes, wherever it is written: a resource of its own, in a list, or in the values of a chart. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  /** It changes an object of somebody else, and says only what it changes. */
  readonly patch: boolean;
  /** Made of a chart's values: what they do not say is the chart's business. */
  readonly chart: boolean;
  readonly body: Json;
  /** Where `body` is in the resource's inputs. */
  readonly path: string;
  readonly resource: Resource;
}

const isHelmRelease = ({ type }: Resource): boolean => /^kubernetes:helm\.sh\/v\d+:Release$/.test(type);

/** The objects that a resource brings into a cluster. */
export const objectsOf = remembered((resource: Resource): KubernetesObject[] => {
  const [provider, group = "", token = ""] = resource.type.split(":");
  const whole = provider === "kubernetes" && !isHelmRelease(resource);
  const patch = whole && token.endsWith("Patch");
  const apiVersion = text(resource.props["apiVersion"]) ?? group.replace(/^core\//, "");
  const kind = text(resource.props["kind"]) ?? (patch ? token.slice(0, -"Patch".length) : token);
  const found = whole
    ? unfolded({ apiVersion, kind, patch, chart: false, body: resource.props, path: "", resource })
    : [];
  // Objects inside of other inputs: `extraObjects` of a chart, manifests in a component.
  for (const { value, path } of recordsIn(resource.props)) {
    const inner = { apiVersion: text(value["apiVersion"]), kind: text(value["kind"]) };
    if (path === "" || !inner.apiVersion || !inner.kind || !(isRecord(value["metadata"]) || isRecord(value["spec"])))
      continue;
    if (found.some((object) => object.path === path)) continue;
    // `scaleTargetRef` and `ownerReferences` name an object, they are none: those have neither metadata nor spec.
    const embedded = {
      apiVersion: inner.apiVersion,
      kind: inner.kind,
      patch,
      chart: false,
      body: value,
      path,
      resource,
    };
    found.push(...unfolded(embedded));
  }
  return isHelmRelease(resource) ? [...found, ...chartObjects(resource)] : found;
});

function unfolded(object: Omit<KubernetesObject, "name" | "namespace">): KubernetesObject[] {
  const items = object.body["items"];
  if (object.kind.endsWith("List") && Array.isArray(items)) {
    const kind = object.kind.slice(0, -"List".length);
    return items.filter(isRecord).flatMap((body, index) =>
      unfolded({
        ...object,
        apiVersion: text(body["apiVersion"]) ?? object.apiVersion,
        kind: text(body["kind"]) ?? kind,
        body,
        path: join(join(object.path, "items"), index),
      }),
    );
  }
  const metadata = record(object.body["metadata"]);
  return [{ ...object, name: text(metadata["name"]) ?? object.resource.name, namespace: text(metadata["namespace"]) }];
}

/** What the usual keys of charts stand for. A chart is free to call things otherwise; nearly none does. */
function chartObjects(resource: Resource): KubernetesObject[] {
  const values = record(resource.props["values"]);
  const release = {
    name: text(resource.props["name"]) ?? resource.name,
    namespace: text(resource.props["namespace"]),
    patch: false,
    chart: true,
    resource,
  };
  const objects: KubernetesObject[] = [];
  for (const { value, path } of recordsIn(values, "values")) {
    const key = /([\w-]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
    if (key.endsWith("service") && value["enabled"] !== false) {
      const metadata = { name: release.name, annotations: record(value["annotations"]) };
      objects.push({
        ...release,
        apiVersion: "v1",
        kind: "Service",
        body: { metadata, spec: chartService(value) },
        path,
      });
    }
    if (key.endsWith("ingress") && isOn(value["enabled"])) {
      const metadata = { name: release.name, annotations: record(value["annotations"]) };
      objects.push({
        ...release,
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        body: { metadata, spec: chartIngress(value) },
        path,
      });
    }
    const pod = chartPod(value, release.name);
    if (pod) objects.push({ ...release, apiVersion: "v1", kind: "Pod", body: { spec: pod }, path });
  }
  return objects;
}

/** As a template sees it: to it every text is true, but for the empty one. */
const isOn = (enabled: unknown): boolean => enabled === true || (typeof enabled === "string" && enabled !== "");

function chartService(value: Json): Json {
  const port = value["port"] === undefined ? [] : [{ port: value["port"] }];
  return { ...value, ports: Array.isArray(value["ports"]) ? value["ports"] : port };
}

function chartIngress(value: Json): Json {
  const hosts = [...list(value["hosts"]), ...(value["hostname"] === undefined ? [] : [value["hostname"]])];
  const rules = hosts.map((host) => (isRecord(host) ? { ...host, host: host["host"] ?? host["name"] } : { host }));
  const className = value["ingressClassName"] ?? value["className"];
  return {
    rules: rules.length > 0 ? rules : [{}],
    tls: value["tls"],
    ...(className !== undefined && { ingressClassName: className }),
  };
}

const podKeys = [
  "hostNetwork",
  "hostPID",
  "hostIPC",
  "podSecurityContext",
  "securityContext",
  "containerSecurityContext",
];

function chartPod(value: Json, name: string): Json | undefined {
  const image = chartImage(value["image"]);
  const ports = isRecord(value["ports"]) ? Object.values(value["ports"]).filter(isRecord) : [];
  const hostPorts = ports.filter(({ hostPort, enabled }) => hostPort !== undefined && enabled !== false);
  const extra = (...keys: string[]) => keys.flatMap((key) => list(value[key])).filter(isRecord);
  const env = extra("env", "extraEnv", "extraEnvs", "extraEnvVars").filter((one) => "valueFrom" in one);
  const volumes = extra("volumes", "extraVolumes");
  const found = [hostPorts, env, volumes].some((of) => of.length > 0);
  if (!image && !found && !podKeys.some((key) => key in value)) return undefined;
  return {
    hostNetwork: value["hostNetwork"],
    hostPID: value["hostPID"],
    hostIPC: value["hostIPC"],
    securityContext: value["podSecurityContext"],
    volumes,
    containers: [
      {
        name,
        ...(image && { image }),
        securityContext: value["containerSecurityContext"] ?? value["securityContext"],
        env,
        ...(hostPorts.length > 0 && { ports: hostPorts }),
      },
    ],
  };
}

function chartImage(image: unknown): string | undefined {
  if (typeof image === "string") return image;
  const repository = text(at(image, "repository"));
  if (!repository) return undefined;
  const registry = text(at(image, "registry"));
  const digest = text(at(image, "digest"));
  const tag = text(at(image, "tag"));
  // Without a tag the chart's own version is taken, which is exact.
  return [registry, repository].filter(Boolean).join("/") + (digest ? `@${digest}` : `:${tag ? tag : "of-the-chart"}`);
}
