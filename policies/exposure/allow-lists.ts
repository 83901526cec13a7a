import { z } from "zod";
import { leavesOf } from "../core/configurations.ts";
import { forResources, forStacks } from "../core/judgement.ts";
import { isInside } from "../core/networks.ts";
import { objectsOf } from "../core/objects.ts";
import { isRecord, list, record, text, texts, within } from "../core/value.ts";
import { asIngress } from "./foreign-routes.ts";
import { annotated, spec, specPath, traefik } from "./route-objects.ts";
import type { Finding } from "../core/judgement.ts";
import type { KubernetesObject } from "../core/objects.ts";
import type { Annotations } from "./route-objects.ts";

/** Annotations by which an allow-list does not hold. */
const aroundAnnotations: Annotations = [
  [/\/satisfy$/, /^any$/i],
  [/^alb\.ingress\.kubernetes\.io\/scheme$/, /^internet-facing$/i],
  [/\/(?:configuration|server|location)-snippet$/, /./],
];

const annotations = [
  "nginx.ingress.kubernetes.io/whitelist-source-range",
  "nginx.ingress.kubernetes.io/allowlist-source-range",
  "alb.ingress.kubernetes.io/inbound-cidrs",
  "haproxy.org/allow-list",
  "haproxy-ingress.github.io/allowlist-source-range",
  "haproxy.router.openshift.io/ip_allowlist",
  "haproxy.router.openshift.io/ip_whitelist",
];

/** The gateways of a route, as `namespace/name`. */
const parentsOf = (object: KubernetesObject): string[] => [
  ...list(spec(object)["parentRefs"])
    .map(record)
    .map(({ namespace, name }) => `${text(namespace) ?? object.namespace ?? "default"}/${text(name) ?? ""}`),
  ...texts(spec(object)["gateways"])
    .filter((name) => name !== "mesh")
    .map((name) => (name.includes("/") ? name : `${object.namespace ?? "default"}/${name}`)),
];

/** Whose headers about addresses a controller believes. */
const believing = /(?:trustedips|proxy-real-ip-cidr)(?:\.\d+)?$/;

export const routeAllowList = forResources({
  name: "exposure-route-allow-list",
  description: "What leads into the cluster lets in named networks only.",
  severity: "critical",
  remediation:
    "Refer to a MiddlewareTCP with `ipAllowList`, or set the controller's annotation, within the pack's `ranges`. For routes of Gateway API, which has no allow-list: name in `gateways` those that let in nobody else.",
  config: z.strictObject({
    gateways: z.array(z.string()).default([]).meta({
      description: "Gateways, as `namespace/name`, of which is known that they let in the pack's `ranges` only",
    }),
  }),
  judge: (resource, { settings, config }) => [
    ...leavesOf(resource)
      .filter(({ keys, value }) => believing.test(keys) && /(?:^|[\s,])(?:0\.0\.0\.0|::)\/0/.test(String(value)))
      .map(({ path, value }) => ({
        path,
        message: `${String(value)}: believes everybody what address he has; name the proxies before it`,
      })),
    ...objectsOf(resource)
      .map(asIngress)
      .flatMap((object): Finding[] => {
        const { kind, body } = object;
        const outside = (ranges: readonly string[], path: string): Finding[] =>
          ranges
            .filter((range) => !isInside(range, settings.ranges))
            .map((range) => ({
              path,
              message: `${range} is not within ${settings.ranges.join(", ") || "the pack's `ranges`, which are empty"}`,
            }));
        if (kind === "Ingress") {
          const given = record(record(body["metadata"])["annotations"]);
          const key = annotations.find((one) => text(given[one]));
          const path = object.chart
            ? within(object.path, "annotations")
            : within(object.path, "metadata", "annotations");
          return key
            ? [
                ...outside(
                  text(given[key])!
                    .trim()
                    .split(/[\s,]+/),
                  path,
                ),
                ...annotated(object, aroundAnnotations, "can let in whom the allow-list does not; remove it"),
              ]
            : [{ path, message: `has no allow-list; set the controller's, as ${annotations[0]!}` }];
        }
        if (traefik.includes(kind) && kind !== "IngressRouteUDP")
          return list(spec(object)["routes"]).flatMap((route, index) =>
            list(record(route)["middlewares"]).length > 0
              ? []
              : [
                  {
                    path: specPath(object, "routes", index, "middlewares"),
                    message: "is empty: everybody is let in; name the middleware with the allow-list",
                  },
                ],
          );
        if (["HTTPRoute", "GRPCRoute", "TLSRoute", "VirtualService"].includes(kind)) {
          // One of Istio that names no gateway is for pods alone.
          if (kind === "VirtualService" && list(spec(object)["gateways"]).length === 0) return [];
          const parents = parentsOf(object);
          const open = parents.filter((parent) => !config.gateways.includes(parent));
          return open.length > 0 || parents.length === 0
            ? [
                {
                  path: specPath(object, kind === "VirtualService" ? "gateways" : "parentRefs"),
                  message: `${open.join(", ") || "no gateway"}: Gateway API has no allow-list, and nobody says that this gateway has one; name it in \`gateways\` once it has`,
                },
              ]
            : [];
        }
        if (!["MiddlewareTCP", "Middleware"].includes(kind)) return [];
        return ["ipAllowList", "ipWhiteList"]
          .filter((key) => isRecord(spec(object)[key]))
          .flatMap((key) => {
            const path = specPath(object, key, "sourceRange");
            const ranges = texts(record(spec(object)[key])["sourceRange"]);
            return [
              ...(ranges.length === 0 ? [{ path, message: "is empty; name networks" }] : outside(ranges, path)),
              ...(isRecord(record(spec(object)[key])["ipStrategy"])
                ? [
                    {
                      path: specPath(object, key, "ipStrategy"),
                      message: "believes the address that a header says; remove it",
                    },
                  ]
                : []),
            ];
          });
      }),
  ],
});

export const routeMiddleware = forStacks({
  name: "exposure-route-middleware",
  description: "A route of Traefik refers to a middleware of this stack that has an allow-list.",
  severity: "critical",
  remediation: "Let the route name the MiddlewareTCP that has `ipAllowList`, in the same namespace.",
  config: z.strictObject({}),
  judgeStack: (resources) => {
    const objects = resources.flatMap(objectsOf);
    const key = (namespace: string | undefined, name: string) => `${namespace ?? ""}/${name}`;
    const lists = new Set(
      objects
        .filter(
          (object) =>
            /^Middleware(?:TCP)?$/.test(object.kind) &&
            ["ipAllowList", "ipWhiteList"].some((of) => isRecord(spec(object)[of])),
        )
        .map(({ namespace, name }) => key(namespace, name)),
    );
    return objects
      .filter(({ kind }) => traefik.includes(kind))
      .flatMap((object) =>
        list(spec(object)["routes"]).flatMap((route, index) => {
          const named = list(record(route)["middlewares"]).map(record);
          const listed = named.some((one) =>
            lists.has(key(text(one["namespace"]) ?? object.namespace, text(one["name"]) ?? "")),
          );
          return named.length === 0 || listed
            ? []
            : [
                {
                  resource: object.resource,
                  path: specPath(object, "routes", index, "middlewares"),
                  message: `${named.map(({ name }) => text(name) ?? "").join(", ")} has no allow-list in this stack`,
                },
              ];
        }),
      );
  },
});
