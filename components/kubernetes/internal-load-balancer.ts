import type { types } from "@pulumi/kubernetes";
import type { Settings } from "../../config/settings.ts";
import { selectorLabels } from "../../lib/names.ts";
import { ownMetadata } from "./metadata.ts";

/** What makes a load balancer internal. A platform does not look at the annotations of the others. */
const internal = {
  "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
  "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
  "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
  "networking.gke.io/load-balancer-type": "Internal",
};

/** A name outside of the cluster for one port of a workload. */
export interface Published {
  /** DNS name that leads to the load balancer. */
  host: string;
  /** Address ranges that are let in. */
  ranges: readonly string[];
  /** Further annotations of the platform. */
  annotations: Record<string, string>;
}

/** A Service that is reachable from the given ranges of the company's network, and from nowhere else. */
export function internalLoadBalancer(
  settings: Pick<Settings, "cluster" | "objects">,
  workload: string,
  port: number,
  { host, ranges, annotations }: Published,
): types.input.core.v1.Service {
  const metadata = ownMetadata(settings, `${workload}-published`, { workload });
  return {
    metadata: {
      ...metadata,
      annotations: {
        ...metadata.annotations,
        ...internal,
        // Where external-dns runs, it makes the name; elsewhere somebody points the name at the load balancer.
        "external-dns.alpha.kubernetes.io/hostname": host,
        ...annotations,
      },
    },
    spec: {
      type: "LoadBalancer",
      selector: selectorLabels(workload),
      ports: [{ name: "https", port, targetPort: port }],
      loadBalancerSourceRanges: [...ranges],
      // Keeps the caller's address, by which the network policy decides.
      externalTrafficPolicy: "Local",
    },
  };
}
