import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { isRecord, list, record, text, texts } from "../core/value.ts";
import { gatewayKinds, listenersOf } from "./gateway-listeners.ts";
import { annotated, routes, spec, specPath, traefik } from "./route-objects.ts";
import type { Finding } from "../core/judgement.ts";
import type { KubernetesObject } from "../core/objects.ts";
import type { Annotations } from "./route-objects.ts";

/** Annotations by which an Ingress with a certificate is served without it. */
const plainAnnotations: Annotations = [
  [/\/(?:force-)?ssl-redirect$/, /^false$/i],
  [/\/ingress\.allow-http$/, /^true$/i],
  [/\/router\.tls$/, /^false$/i],
];
export const routeTls = forResources({
  name: "exposure-route-tls",
  description: "What leads into the cluster is encrypted for each of its hosts.",
  severity: "critical",
  remediation: "Set `tls` with every host, a Gateway's listener to HTTPS or TLS; no UDP, no TCP without TLS.",
  config: z.strictObject({}),
  judge: (resource) =>
    routes(resource).flatMap((object): Finding[] => {
      const { kind } = object;
      if (kind === "Ingress") {
        const covered = list(spec(object)["tls"]).flatMap((entry) => texts(record(entry)["hosts"]));
        const hosts = list(spec(object)["rules"]).map((rule) => text(record(rule)["host"]) ?? "");
        const open = hosts.filter((host) => !covered.includes(host));
        const plain = annotated(object, plainAnnotations, "serves the same pages unencrypted; remove it");
        return open.length > 0 || hosts.length === 0
          ? [
              ...plain,
              {
                path: specPath(object, "tls"),
                message: `does not hold ${open.filter(Boolean).join(", ") || "any host"}; list each host with a certificate`,
              },
            ]
          : plain;
      }
      if (gatewayKinds.test(kind))
        return listenersOf(object).flatMap(({ protocol, protocolPath: path }) =>
          ["HTTPS", "TLS"].includes(protocol)
            ? []
            : [{ path, message: `${protocol || "nothing"} is not encrypted; write HTTPS or TLS` }],
        );
      if (["IngressRouteUDP", "TCPRoute", "UDPRoute"].includes(kind))
        return [{ path: specPath(object), message: `${kind} cannot be encrypted by name; use TLS with a host` }];
      return traefik.includes(kind) && !isRecord(spec(object)["tls"])
        ? [{ path: specPath(object, "tls"), message: "is missing; write `passthrough: true`, or a certificate" }]
        : [];
    }),
});

/** Where a route says its hosts, and which they are. */
function hostsOf(object: KubernetesObject): { path: string; hosts: string[] }[] {
  const { kind } = object;
  if (kind === "Ingress")
    return list(spec(object)["rules"]).map((rule, index) => ({
      path: specPath(object, "rules", index, "host"),
      hosts: [text(record(rule)["host"]) ?? ""],
    }));
  if (gatewayKinds.test(kind)) return listenersOf(object).map(({ hosts, hostPath: path }) => ({ hosts, path }));
  if (kind === "VirtualService") return [{ path: specPath(object, "hosts"), hosts: texts(spec(object)["hosts"]) }];
  if (["HTTPRoute", "GRPCRoute", "TLSRoute"].includes(kind)) {
    const hosts = texts(spec(object)["hostnames"]);
    return [{ path: specPath(object, "hostnames"), hosts: hosts.length > 0 ? hosts : [""] }];
  }
  if (!["IngressRoute", "IngressRouteTCP"].includes(kind)) return [];
  return list(spec(object)["routes"]).map((route, index) => {
    const match = text(record(route)["match"]) ?? "";
    const named = [...match.matchAll(/Host(?:SNI)?\(([^)]*)\)/g)].flatMap(([, of]) =>
      [...of!.matchAll(/[`"]([^`"]*)[`"]/g)].map(([, host]) => host!),
    );
    const pattern = /Host(?:SNI)?Regexp\(/.test(match);
    return {
      path: specPath(object, "routes", index, "match"),
      hosts: pattern ? ["*"] : named.length > 0 ? named : [""],
    };
  });
}

export const routeHost = forResources({
  name: "exposure-route-host",
  description: "What leads into the cluster names its hosts: none is empty or a wildcard.",
  severity: "high",
  remediation: "Name each host.",
  config: z.strictObject({}),
  judge: (resource) => [
    ...routes(resource).flatMap((object) => [
      ...hostsOf(object)
        .filter(({ hosts }) => hosts.some((host) => host === "" || host.includes("*")))
        .map(({ path }) => ({
          path,
          message: "is empty or a wildcard: whatever is asked for is served; name the host",
        })),
      ...(object.kind === "Ingress" && spec(object)["defaultBackend"] !== undefined
        ? [{ path: specPath(object, "defaultBackend"), message: "serves whatever is asked for; remove it" }]
        : []),
    ]),
  ],
});

export const routeEntry = forResources({
  name: "exposure-route-entry",
  description: "A route says by which entry it is reached.",
  severity: "high",
  remediation: "Name `entryPoints` (Traefik serves all of them otherwise) or `ingressClassName`.",
  config: z.strictObject({
    entries: z
      .array(z.string())
      .default([])
      .meta({ description: "Entry points and classes that are internal; none: any that is named" }),
  }),
  judge: (resource, { config }) =>
    routes(resource).flatMap((object): Finding[] => {
      const key = traefik.includes(object.kind)
        ? "entryPoints"
        : object.kind === "Ingress"
          ? "ingressClassName"
          : object.kind === "Gateway" && !object.apiVersion.includes("istio")
            ? "gatewayClassName"
            : undefined;
      if (!key || object.apiVersion.startsWith("route.openshift.io")) return [];
      const given = key === "entryPoints" ? texts(spec(object)[key]) : [text(spec(object)[key]) ?? ""].filter(Boolean);
      const foreign = config.entries.length > 0 ? given.filter((one) => !config.entries.includes(one)) : [];
      if (given.length > 0 && foreign.length === 0) return [];
      return [
        {
          path: specPath(object, key),
          message:
            foreign.length > 0
              ? `${foreign.join(", ")} is not of ${config.entries.join(", ")}`
              : "is empty: it is served everywhere; name the internal one",
        },
      ];
    }),
});
