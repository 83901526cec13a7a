import { readFile } from "node:fs/promises";
import { tunnelConnector } from "../../../lib/tunnel.ts";
import { vaultServerCa } from "../../paths.ts";
import { connect, type Kubernetes } from "../kubernetes/client.ts";
import { VaultClient } from "../../../lib/vault-client.ts";
import { readKeys } from "./keys.ts";
import { address, name, namespace, port } from "./settings.ts";

/**
 * A client of the corporate Vault, for code that runs on this machine: it goes through the Kubernetes API, and verifies
 * the certificate by the company's CA and the Service's name.
 * With the root token.
 *
 * @throws if the cluster or the keys are not there
 */
export async function vaultClient(): Promise<VaultClient> {
  const client = await anonymousVaultClient(connect());
  return client.withToken(await rootToken());
}

/** As {@link vaultClient}, without a token: Vault need not be initialised yet. */
export async function anonymousVaultClient({ config }: Kubernetes): Promise<VaultClient> {
  const ca = await readFile(vaultServerCa, "utf8");
  return new VaultClient({ address, ca, connect: tunnelConnector(config, { namespace, service: name, port, ca }) });
}

/**
 * Root token of the corporate Vault. Local only: real companies give people tokens of their own.
 *
 * @throws if Vault was never initialised by this machine
 */
export async function rootToken(): Promise<string> {
  return (await readKeys()).rootToken;
}
