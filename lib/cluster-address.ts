/**
 * The namespace of a Service of the cluster, by an address of it.
 *
 * @param address for example `https://vault.vault.svc:8200`.
 * @returns undefined for an address outside of the cluster.
 */
export function namespaceOfService(address: string): string | undefined {
  return /^[^.]+\.(?<namespace>[^.]+)\.svc(\.|$)/.exec(new URL(address).hostname)?.groups?.["namespace"];
}

/** A Service of the cluster, as an address names it; undefined for an address outside of the cluster. */
export function serviceOfAddress(address: string): { namespace: string; service: string; port: number } | undefined {
  const namespace = namespaceOfService(address);
  if (namespace === undefined) return undefined;
  const { hostname, port } = new URL(address);
  return { namespace, service: hostname.split(".")[0]!, port: Number(port || 443) };
}
