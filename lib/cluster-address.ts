/**
 * The namespace of a Service of the cluster, by an address of it.
 *
 * @param address for example `https://vault.vault.svc:8200`.
 * @returns undefined for an address outside of the cluster.
 */
export function namespaceOfService(address: string): string | undefined {
  return /^[^.]+\.(?<namespace>[^.]+)\.svc(\.|$)/.exec(new URL(address).hostname)?.groups?.["namespace"];
}
