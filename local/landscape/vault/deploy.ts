import { mkdir, readFile } from "node:fs/promises";
import { ensureAuthority, ensureCertificate, type KeyPairFiles } from "../../cluster/pki.ts";
import { pkiDir } from "../../paths.ts";
import { apply, type Kubernetes } from "../kubernetes/client.ts";
import { exec } from "../kubernetes/exec.ts";
import { waitUntilReady, type WaitOptions } from "../kubernetes/wait.ts";
import { anonymousVaultClient, rootToken } from "./client.ts";
import { configureVault } from "./configure.ts";
import { vaultObjects } from "./manifests.ts";
import { host, name, namespace, plugin, pluginDirectory } from "./settings.ts";
import { openVault } from "./unseal.ts";

/** Makes the company's root CA, unless it is there. */
export async function ensureCompanyCa(): Promise<KeyPairFiles> {
  await mkdir(pkiDir, { recursive: true, mode: 0o755 });
  return ensureAuthority("corporate-ca", "Company Root CA");
}

/** Makes the CA that the company's Vault issues by, unless it is there: below the root, whose key no Vault has. */
async function ensureIssuingCa(root: KeyPairFiles): Promise<KeyPairFiles> {
  return ensureAuthority("corporate-issuing-ca", "Company Issuing CA", root);
}

/** Applies Vault's objects. Its pod comes up sealed: {@link openCorporateVault} is the other half. */
export async function applyVault(kubernetes: Kubernetes): Promise<void> {
  const root = await ensureCompanyCa();
  const serverCa = await ensureAuthority("vault-server-ca", "Company Server CA");
  const hosts = [host, `${host}.cluster.local`, name, "127.0.0.1"];
  const server = await ensureCertificate("vault", serverCa, { commonName: host, hosts });
  const files = [root.certificate, serverCa.certificate, server.certificate, server.key];
  const [company, authority, certificate, key] = await Promise.all(files.map((file) => readFile(file, "utf8")));
  for (const object of vaultObjects({ root: company!, serverCa: authority!, certificate: certificate!, key: key! })) {
    await apply(kubernetes, object);
  }
}

/** Initialises, unseals and sets up Vault, as far as it is not yet. Returns when it serves. */
export async function openCorporateVault(kubernetes: Kubernetes, options: WaitOptions): Promise<void> {
  const vault = await anonymousVaultClient(kubernetes);
  // Also while waiting: a change of its configuration replaces the pod, and the new one is sealed again.
  const help = () => openVault(vault);
  await help();
  await waitUntilReady(kubernetes, { kind: "StatefulSet", namespace, name }, { ...options, help });
  const root = await ensureCompanyCa();
  const authorities = { root, issuing: await ensureIssuingCa(root) };
  await configureVault(vault.withToken(await rootToken()), authorities, await pluginDigest(kubernetes));
}

/** Of the file that Vault will run: an image that was built anew brings another one. */
async function pluginDigest(kubernetes: Kubernetes): Promise<string> {
  const target = { namespace, pod: `${name}-0`, container: name };
  const output = await exec(kubernetes, target, ["sha256sum", `${pluginDirectory}/${plugin.command}`]);
  const digest = /^[0-9a-f]{64}(?= )/.exec(output)?.[0];
  if (!digest) throw new Error(`sha256sum in ${target.pod} printed no digest: ${JSON.stringify(output)}`);
  return digest;
}
