import { isIP, isIPv4 } from "node:net";
import type { Duplex } from "node:stream";
import { viewNames } from "../../lib/names.ts";
import type { Target } from "../../lib/port-forward.ts";
import { catalogue } from "../landscape/catalogue.ts";
import * as identity from "../landscape/identity/settings.ts";
import * as ingress from "../landscape/ingress/settings.ts";

/** Where a host is in the cluster, and what the company's load balancer says first. */
export interface Way {
  readonly target: Target;
  /** Default: nothing. */
  readonly greeting?: string;
}

/** A stream on a way, with the greeting said. */
export async function open({ target, greeting }: Way, connect: (target: Target) => Promise<Duplex>): Promise<Duplex> {
  const stream = await connect(target);
  if (greeting) stream.write(greeting);
  return stream;
}

/** Hosts of the views. */
export const viewHosts: readonly string[] = viewNames(catalogue.groups).map(ingress.viewHost);

const toLogin: Target = { namespace: identity.namespace, service: identity.name, port: identity.port };

/** As the company's internal load balancer reaches them. */
const toIngress = (port: number): Target => ({ namespace: ingress.namespace, service: ingress.name, port });

/**
 * The way to a host, for a client of the VPN.
 *
 * @param client IP address that the load balancer reports
 * @throws for a host or port that the company's network does not have, with those that it has; for a client that is no
 *   IP address
 */
export function wayTo(host: string, port: number, client: string = ingress.vpnClient): Way {
  if (!isIP(client))
    throw new Error(`"${client}" is no IP address: a client is one in the VPN, as ${ingress.vpnClient}`);
  if (host === identity.host && port === identity.port) return { target: toLogin };
  if (viewHosts.includes(host) && port === ingress.port) {
    return { target: toIngress(port), greeting: proxyHeader(client, port) };
  }
  // Traefik believes no load balancer there.
  if (viewHosts.includes(host) && port === ingress.httpPort) return { target: toIngress(port) };
  const hosts = [...viewHosts.map((view) => `${view} ${ingress.port}`), `${identity.host} ${identity.port}`];
  throw new Error(`The company's network has no ${host} ${port}. Known are:\n  ${hosts.join("\n  ")}`);
}

/** PROXY protocol, version 1. The destination is the load balancer's own address: nobody reads it here. */
function proxyHeader(client: string, port: number): string {
  const [family, own] = isIPv4(client) ? ["TCP4", "127.0.0.1"] : ["TCP6", "::1"];
  return `PROXY ${family} ${client} ${own} 50000 ${port}\r\n`;
}
