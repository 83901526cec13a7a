import type { IngressAdapter } from "./route.ts";

const apiVersion = "traefik.io/v1alpha1";

/**
 * Traefik 3: a router by SNI on one entry point, with an allow-list. Traefik has no key of what is behind it, so nothing that it could
 * read or change; and without the middleware it does not serve the router at all.
 */
export const traefik: IngressAdapter = ({
  service,
  port,
  host,
  ranges,
  allowList,
  connectionsPerAddress,
  ingress,
  metadataOf,
}) => {
  if (ingress.entryPoint === undefined) throw new Error("without an entry point Traefik serves a route on all of them");
  const limit = `${service}-connections`;
  return [
    {
      id: "allow-list",
      apiVersion,
      kind: "MiddlewareTCP",
      metadata: metadataOf(allowList),
      spec: { ipAllowList: { sourceRange: [...ranges] } },
    },
    ...(connectionsPerAddress === undefined
      ? []
      : [
          {
            id: "connections",
            apiVersion,
            kind: "MiddlewareTCP",
            metadata: metadataOf(limit),
            spec: { inFlightConn: { amount: connectionsPerAddress } },
          },
        ]),
    {
      id: "route",
      apiVersion,
      kind: "IngressRouteTCP",
      metadata: metadataOf(service),
      spec: {
        entryPoints: [ingress.entryPoint],
        routes: [
          {
            match: `HostSNI(\`${host}\`)`,
            middlewares: [{ name: allowList }, ...(connectionsPerAddress === undefined ? [] : [{ name: limit }])],
            services: [{ name: service, port }],
          },
        ],
        tls: { passthrough: true },
      },
    },
  ];
};
