import ipaddr from "ipaddr.js";

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

function parse(range: string): Network | undefined {
  const whole = range.includes("/") ? range : `${range}/${range.includes(":") ? 128 : 32}`;
  return ipaddr.isValidCIDR(whole) ? ipaddr.parseCIDR(whole) : undefined;
}

export const isNetwork = (range: string): boolean => parse(range) !== undefined;

/** Whether every address of the range is in one of the networks. What is no range is in none. */
export function isInside(range: string, networks: readonly string[]): boolean {
  const inner = parse(range.trim());
  if (!inner) return false;
  return networks.some((network) => {
    const outer = parse(network);
    return (
      outer !== undefined &&
      outer[0].kind() === inner[0].kind() &&
      outer[1] <= inner[1] &&
      inner[0].match(outer[0], outer[1])
    );
  });
}

/** Addresses that nothing outside of the pod or machine reaches. */
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

/** The host of `host:port`, `scheme://user@host:port/path` or `[v6]:port`. */
export function hostOf(endpoint: string): string {
  const authority = endpoint.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").split(/[/?#]/, 1)[0]!;
  return authority.slice(authority.lastIndexOf("@") + 1).replace(/:\d*$/, "");
}

export const isLoopback = (endpoint: string): boolean =>
  loopback.test(hostOf(endpoint)) || endpoint.startsWith("unix:");

const inCluster = /^[^.]+$|(?:^|\.)svc(?:\.|$)|\.local\.?$/i;

/** Whether only the cluster knows the name. */
export const isInCluster = (host: string): boolean => inCluster.test(host);

/** Whether the host is in one of the domains. */
export const isWithinDomain = (host: string, domains: readonly string[]): boolean =>
  domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
