import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import { ownLabels, stackAnnotation } from "../../lib/names.ts";
import { dnsRule } from "./dns.ts";

/** Arguments of {@link Namespace}. */
export interface NamespaceArgs {
  context: Pick<Context, "stack" | "settings">;
}

const metadataLabels = {
  ...ownLabels,
  // Nothing of the stack needs more than "restricted" allows.
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/warn": "restricted",
};

/**
 * The namespace of the stack. Its pods can reach the cluster's DNS and nothing else, and nobody can reach them, until a
 * workload's own policy opens a connection.
 */
export class Namespace extends pulumi.ComponentResource {
  constructor(name: string, { context: { stack, settings } }: NamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:namespace:Namespace", name, {}, opts);
    const { objects, cluster } = settings;
    const { namespace } = cluster;

    const metadata = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: namespace,
          labels: { ...objects.labels, ...metadataLabels },
          annotations: {
            ...objects.annotations,
            [stackAnnotation]: stack,
            // To wait until it is gone takes a watch of all namespaces, and there is nothing to wait for when it comes.
            "pulumi.com/skipAwait": "true",
          },
        },
      },
      { parent: this },
    );
    const further = {
      ...(Object.keys(objects.labels).length > 0 && { labels: objects.labels }),
      ...(Object.keys(objects.annotations).length > 0 && { annotations: objects.annotations }),
    };
    const inside = { parent: this, dependsOn: metadata };
    new k8s.networking.v1.NetworkPolicy(
      `${name}-default-deny`,
      {
        metadata: { name: "default-deny", namespace, ...further },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      },
      inside,
    );
    new k8s.networking.v1.NetworkPolicy(
      `${name}-allow-dns`,
      {
        metadata: { name: "allow-dns", namespace, ...further },
        spec: {
          podSelector: {},
          policyTypes: ["Egress"],
          egress: [dnsRule(cluster.dns)],
        },
      },
      inside,
    );
    this.registerOutputs({ namespace });
  }
}
