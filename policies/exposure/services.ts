import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { isInside } from "../core/networks.ts";
import { servicesOf } from "../core/services.ts";
import { list, record, text, texts } from "../core/value.ts";

/** The annotation that makes a load balancer internal, by platform. */
const internal: Record<string, string> = {
  "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
  "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
  "networking.gke.io/load-balancer-type": "Internal",
  "cloud.google.com/load-balancer-type": "Internal",
  "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
  "yandex.cloud/load-balancer-type": "internal",
};

export const loadBalancer = forResources({
  name: "exposure-load-balancer",
  description: "A load balancer is internal and lets in named networks only.",
  severity: "critical",
  remediation:
    "Set the platform's annotation for an internal load balancer, and `loadBalancerSourceRanges` within `ranges`.",
  config: z.strictObject({
    annotations: z
      .record(z.string(), z.string())
      .default(internal)
      .meta({ description: "Annotations, with their values, any of which makes a load balancer internal" }),
  }),
  judge: (resource, { settings, config }) =>
    servicesOf(resource)
      .filter(({ spec }) => spec["type"] === "LoadBalancer")
      .flatMap(({ spec, body, at }) => {
        const annotations = record(record(body["metadata"])["annotations"]);
        const given = Object.entries(config.annotations).filter(([key]) => annotations[key] !== undefined);
        // One that says the opposite may be the one that counts.
        const isInternal =
          given.length > 0 &&
          given.every(([key, value]) => text(annotations[key])?.toLowerCase() === value.toLowerCase());
        const path = `${at}.loadBalancerSourceRanges`;
        const ranges = texts(spec["loadBalancerSourceRanges"]);
        return [
          ...(isInternal
            ? []
            : [
                {
                  path: `${at}.type`,
                  message: `a public load balancer; annotate it as internal, as with ${Object.keys(config.annotations)[0]!}`,
                },
              ]),
          ...(ranges.length === 0
            ? [{ path, message: "is not set: everybody is let in; name networks within the pack's `ranges`" }]
            : []),
          ...ranges
            .filter((range) => !isInside(range, settings.ranges))
            .map((range) => ({
              path,
              message: `${range} is not within ${settings.ranges.join(", ") || "the pack's `ranges`, which are empty"}`,
            })),
        ];
      }),
});

export const nodePort = forResources({
  name: "exposure-node-port",
  description: "No Service opens a port on the nodes.",
  severity: "high",
  remediation: "Use `ClusterIP`, and the ingress for what people need to reach.",
  config: z.strictObject({}),
  judge: (resource) =>
    servicesOf(resource)
      .filter(({ spec }) => spec["type"] === "NodePort")
      .map(({ at }) => ({ path: `${at}.type`, message: "NodePort opens the port on every node; write ClusterIP" })),
});

export const externalIps = forResources({
  name: "exposure-external-ips",
  description: "No Service claims external addresses.",
  severity: "high",
  remediation: "Remove `externalIPs`: whoever may set them can take over other hosts' traffic (CVE-2020-8554).",
  config: z.strictObject({}),
  judge: (resource) =>
    servicesOf(resource)
      .filter(({ spec }) => list(spec["externalIPs"]).length > 0)
      .map(({ spec, at }) => ({
        path: `${at}.externalIPs`,
        message: `${texts(spec["externalIPs"]).join(", ")}: remove them`,
      })),
});
