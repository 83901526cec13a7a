import { corporateDomain } from "../domain.ts";

/** Namespace of the company's ingress controller, and name of its Deployment, Service and ServiceAccount. */
export const namespace = "ingress";
export const name = "traefik";

/** The entry point for what employees use: by its name, routes ask to be served there and nowhere else. */
export const entryPoint = "tracing-internal";

/** Port of that entry point in the pod, and so of everybody: a port below 1024 takes root to listen on. */
export const port = 8443;

/** Port of the entry point for plain HTTP, which any route without a named entry point is served on as well. */
export const httpPort = 8000;

/** Port of Traefik's own health. */
export const pingPort = 8080;

/** Zone that the company gave to the tracing platform: its views are hosts in it. */
export const zone = `traces.${corporateDomain}`;

/** Host of a view. */
export function viewHost(view: string): string {
  return `${view}.${zone}`;
}

/** A client in the company's VPN, as its internal load balancer would report it. */
export const vpnClient = "10.8.0.10";
