import { z } from "zod";
import { collectorsOf } from "../core/collector.ts";
import { leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { isInside, isLoopback } from "../core/networks.ts";
import { objectsOf } from "../core/objects.ts";
import { writtenEndpoints } from "../core/services.ts";
import { list, record, recordsIn, text, within } from "../core/value.ts";
import { isWithin } from "./network-rules/rule.ts";
import { networkRulesOf } from "./network-rules.ts";
import type { Finding } from "../core/judgement.ts";
import type { KubernetesObject } from "../core/objects.ts";
import type { Resource } from "../core/resource.ts";
import type { Settings } from "../core/settings.ts";

const nameOf = (port: unknown, { ports }: Settings): string | undefined =>
  ports.find((one) => String(one.port) === text(port))?.name;

const ranges = (port: unknown, { direct }: Settings): readonly string[] => direct[text(port) ?? ""] ?? [];

/** A network that a policy lets in past the proxy. */
function networkPolicies(resource: Resource, settings: Settings): Finding[] {
  return networkRulesOf(resource)
    .filter(({ direction }) => direction === "ingress")
    .flatMap(({ path, peers, ports }) => {
      const cidrs = peers.flatMap(({ cidr }) => cidr ?? []);
      return settings.ports
        .filter(({ port }) => ports.length === 0 || ports.some((of) => isWithin(port, of)))
        .flatMap(({ port, name }): Finding[] => {
          const open = cidrs.filter((cidr) => !isInside(cidr, ranges(port, settings)));
          return open.length > 0
            ? [{ path, message: `${open.join(", ")} reaches ${name} without the proxy; let pods in, not networks` }]
            : [];
        });
    });
}

/** A Service that is reached from outside, or stands for what is outside. */
function service({ body, path, chart }: KubernetesObject, settings: Settings): Finding[] {
  const spec = record(body["spec"]);
  const opened = ["LoadBalancer", "NodePort", "ExternalName"].includes(text(spec["type"]) ?? "");
  if (!opened && list(spec["externalIPs"]).length === 0) return [];
  const sources = list(spec["loadBalancerSourceRanges"]).map(String);
  return list(spec["ports"]).flatMap((port, index): Finding[] => {
    const at = chart ? path : within(path, "spec", "ports", index);
    const open = [record(port)["targetPort"], record(port)["port"]]
      .filter((number) => nameOf(number, settings))
      .find((number) => sources.length === 0 || !sources.every((range) => isInside(range, ranges(number, settings))));
    return open === undefined
      ? []
      : [{ path: at, message: `opens ${nameOf(open, settings)!} without the proxy; write ClusterIP` }];
  });
}

/** Addresses that a Service leads to since somebody wrote them down. */
function endpoints(resource: Resource, settings: Settings): Finding[] {
  return writtenEndpoints(resource).flatMap(({ path, address, ports }) =>
    ports
      .filter((port) => nameOf(port, settings) && !isInside(address, ranges(port, settings)))
      .map((port) => ({
        path,
        message: `leads to ${nameOf(port, settings)!} at ${address} without the proxy; select pods, or name the network in \`direct\``,
      })),
  );
}

/** An Ingress that an operator makes of its object leads to what the object is, and to nothing before it. */
function operated({ kind, body, path, patch }: KubernetesObject): Finding[] {
  const ingress = record(record(body["spec"])["ingress"]);
  const open =
    kind === "Jaeger"
      ? !patch && ingress["enabled"] !== false && ingress["security"] !== "oauth-proxy"
      : kind === "OpenTelemetryCollector" && text(ingress["type"]) !== undefined;
  return open
    ? [
        {
          path: within(path, "spec", "ingress"),
          message: `leads to ${kind === "Jaeger" ? "Jaeger's UI" : "a collector"} without the proxy; ${kind === "Jaeger" ? "write `enabled: false`" : "remove it"}`,
        },
      ]
    : [];
}

/** Any backend of a route, however its kind calls it. */
function route({ body, path, kind }: KubernetesObject, settings: Settings): Finding[] {
  if (!routeKinds.test(kind)) return [];
  return [...recordsIn(body["spec"], within(path, "spec"))].flatMap(({ value, path: at }): Finding[] => {
    const name = nameOf(value["port"] ?? value["number"] ?? value["targetPort"], settings);
    if (name) return [{ path: at, message: `leads to ${name} without the proxy; name the proxy's port` }];
    return /@internal$/.test(text(value["name"]) ?? "")
      ? [{ path: `${at}.name`, message: `${text(value["name"])!} is the controller's own pages; remove the route` }]
      : [];
  });
}
const routeKinds =
  /^(?:Ingress|HTTPRoute|GRPCRoute|TLSRoute|TCPRoute|UDPRoute|IngressRoute(?:TCP|UDP)?|Route|HTTPProxy|VirtualService)$/;

/** A proxy of somebody's own before what it is to be behind the login. */
const passed = (resource: Resource, settings: Settings): Finding[] =>
  leavesOf(resource).flatMap(({ path, value }) =>
    typeof value === "string" && value.includes("proxy_pass")
      ? [...value.matchAll(/\bproxy_pass\s+\w+:\/\/[^\s;:]+:(\d+)/g)].flatMap(([, port]) => {
          const name = nameOf(port, settings);
          return name ? [{ path, message: `leads to ${name} without the login; remove it` }] : [];
        })
      : [],
  );

export const behindProxy = forResources({
  name: "exposure-behind-proxy",
  description: "Jaeger, Elasticsearch, Vault and collectors are reached from outside by their proxy only.",
  severity: "critical",
  remediation: "Lead people to the login proxy, let Jaeger listen on 127.0.0.1; name other networks in `direct`.",
  config: z.strictObject({}),
  judge: (resource, { settings }) => [
    ...networkPolicies(resource, settings),
    ...passed(resource, settings),
    ...endpoints(resource, settings),
    ...objectsOf(resource).flatMap((object) => [
      ...(object.kind === "Service" ? service(object, settings) : []),
      ...route(object, settings),
      ...operated(object),
    ]),
    ...collectorsOf(resource).flatMap(({ extensions }) =>
      extensions
        .filter(({ kind }) => kind === "jaeger_query")
        .flatMap(({ settings: of, path }) => [...recordsIn(of, path)])
        .filter(({ value }) => typeof value["endpoint"] === "string" && !isLoopback(value["endpoint"]))
        .map(({ path }) => ({
          path: `${path}.endpoint`,
          message: "is reached past the proxy; write 127.0.0.1 as its host",
        })),
    ),
  ],
});
