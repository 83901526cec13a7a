import { z } from "zod";
import { collectorsOf } from "../core/collector.ts";
import { leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { isInside, isLoopback } from "../core/networks.ts";
import { objectsOf } from "../core/objects.ts";
import { list, record, recordsIn, text, within } from "../core/value.ts";
import { workloadsOf } from "../core/workloads.ts";
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

function service({ body, path, chart }: KubernetesObject, settings: Settings): Finding[] {
  const spec = record(body["spec"]);
  if (!["LoadBalancer", "NodePort"].includes(text(spec["type"]) ?? "")) return [];
  const sources = list(spec["loadBalancerSourceRanges"]).map(String);
  return list(spec["ports"]).flatMap((port, index): Finding[] => {
    const number = record(port)["targetPort"] ?? record(port)["port"];
    const name = nameOf(number, settings);
    const allowed = sources.length > 0 && sources.every((range) => isInside(range, ranges(number, settings)));
    const at = chart ? path : within(path, "spec", "ports", index);
    return name && !allowed ? [{ path: at, message: `opens ${name} without the proxy; write ClusterIP` }] : [];
  });
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
  if (!/^(?:Ingress|HTTPRoute|GRPCRoute|TLSRoute|TCPRoute|IngressRoute(?:TCP|UDP)?)$/.test(kind)) return [];
  return [...recordsIn(body["spec"], within(path, "spec"))].flatMap(({ value, path: at }): Finding[] => {
    const name = nameOf(value["port"] ?? value["number"], settings);
    return name ? [{ path: at, message: `leads to ${name} without the proxy; name the proxy's port` }] : [];
  });
}

export const behindProxy = forResources({
  name: "exposure-behind-proxy",
  description: "Jaeger, Elasticsearch, Vault and collectors are reached from outside by their proxy only.",
  severity: "critical",
  remediation: "Lead people to the login proxy, let Jaeger listen on 127.0.0.1; name other networks in `direct`.",
  config: z.strictObject({}),
  judge: (resource, { settings }) => [
    ...networkPolicies(resource, settings),
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

/** Each with what is wrong about it. */
const forbidden: readonly (readonly [RegExp, RegExp, string])[] = [
  [/^email[-_]domains?$/, /^(?:\[?"?\*"?\]?)$/, "lets every mail address in; name the company's domain"],
  [/^skip[-_]auth[-_](?:route|regex|preflight)s?$/, /^(?!false$)./, "leaves pages without a login; remove it"],
  [/^trusted[-_]ips?$/, /./, "leaves addresses without a login; remove it"],
  [/^cookie[-_](?:secure|httponly)$/, /^false$/, "lets the session be read; write true"],
  [/^(?:client|cookie)[-_]secret$/, /./, "is a secret in an argument; write the one with -file"],
  [/^insecure[-_]oidc/, /^true$/, "believes what nobody has checked; remove it"],
];

export const login = forResources({
  name: "exposure-login",
  description: "The login proxy leaves no way around the login.",
  severity: "critical",
  remediation: "Name the mail domain, leave no page and no address without login, and keep secrets in files.",
  config: z.strictObject({}),
  judge: (resource) => {
    const leaves = leavesOf(resource);
    const isProxy =
      leaves.some(({ key }) => /^oidc[-_]issuer[-_]url$|^oauth2[-_]proxy/i.test(key)) ||
      workloadsOf(resource).some(({ containers }) =>
        containers.some(({ spec }) => /oauth2-proxy/.test(text(spec["image"]) ?? "")),
      );
    if (!isProxy) return [];
    return leaves.flatMap(({ path, key, value }) => {
      const name = key.toLowerCase().replace(/^oauth2_proxy_/, "");
      const found = forbidden.find(([of, wrong]) => of.test(name) && wrong.test(String(value)));
      return found ? [{ path, message: found[2] }] : [];
    });
  },
});
