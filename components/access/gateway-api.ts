import type { IngressAdapter } from "./route.ts";

/**
 * Gateway API 1.5 or newer: a TLSRoute on a listener that passes TLS through. The API has no allow-list for such routes: whoever keeps
 * others than the VPN away is named in the settings, and on the route for those who read it in the cluster.
 */
export const gatewayApi: IngressAdapter = ({ service, port, host, ranges, ingress, metadataOf }) => {
  const [namespace, name, sectionName] = (ingress.entryPoint ?? "").split("/");
  if (!namespace || !name || !sectionName || !ingress.rangesEnforcedBy) {
    throw new Error("a route of Gateway API needs a listener, and somebody who enforces the address ranges");
  }
  const metadata = metadataOf(service);
  return [
    {
      id: "route",
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "TLSRoute",
      metadata: {
        ...metadata,
        annotations: {
          ...metadata.annotations,
          "order-tracing/ranges": ranges.join(","),
          "order-tracing/ranges-enforced-by": ingress.rangesEnforcedBy,
        },
      },
      spec: {
        parentRefs: [{ namespace, name, sectionName }],
        hostnames: [host],
        rules: [{ backendRefs: [{ name: service, port }] }],
      },
    },
  ];
};
