import { readFile } from "node:fs/promises";
import { corporateCa, kubeconfig as localKubeconfig } from "../../paths.ts";
import { connect, type Kubernetes } from "../kubernetes/client.ts";
import { VaultClient } from "./http.ts";
import { readKeys } from "./keys.ts";
import { address, host, name, namespace } from "./settings.ts";

/**
 * A client of the corporate Vault, for code that runs on this machine: it finds the Service's address through the
 * Kubernetes API, and verifies the certificate by the company's CA and the Service's name.
 *
 * @param options.kubeconfig default: the local cluster's
 * @param options.token default: the root token
 * @throws if the cluster, its Vault or the keys are not there
 */
export async function vaultClient(options: { kubeconfig?: string; token?: string } = {}): Promise<VaultClient> {
  const client = await anonymousVaultClient(connect(options.kubeconfig ?? localKubeconfig));
  return client.withToken(options.token ?? (await rootToken()));
}

/** As {@link vaultClient}, without a token: Vault need not be initialised yet. */
export async function anonymousVaultClient({ core }: Kubernetes): Promise<VaultClient> {
  const { spec } = await core.readNamespacedService({ name, namespace });
  const ip = spec?.clusterIP;
  if (!ip || ip === "None") throw new Error(`Service ${host} has no cluster address (clusterIP: ${ip}): it needs one`);
  return new VaultClient({ address, ip, ca: await readFile(corporateCa, "utf8") });
}

/**
 * Root token of the corporate Vault. Local only: real companies give people tokens of their own.
 *
 * @throws if Vault was never initialised by this machine
 */
export async function rootToken(): Promise<string> {
  return (await readKeys()).rootToken;
}
