import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { KeyPairFiles } from "../../cluster/pki.ts";
import { VaultError, type VaultClient } from "../../../lib/vault-client.ts";
import { untilItWorks } from "../../wait.ts";
import { plugin } from "./settings.ts";

/** Longest life of what the company's CA signs: ten years. */
const pkiMaxTtl = "87600h";

/** The company's CAs: Vault issues by one that is below the root. */
export interface Authorities {
  readonly root: KeyPairFiles;
  readonly issuing: KeyPairFiles;
}

interface Mounts {
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * What the company had in its Vault before tracing came: an audit log, key-value secrets, its CA, the database plugin.
 * What is there already stays.
 *
 * @param pluginSha256 hex digest of the plugin in the pod's plugin directory
 */
export async function configureVault(
  vault: VaultClient,
  authorities: Authorities,
  pluginSha256: string,
): Promise<void> {
  await untilActive(vault);
  await ensureAudit(vault);
  const mounts = (await vault.read<Mounts>("sys/mounts")).data;
  if (!("secret/" in mounts)) await vault.write("sys/mounts/secret", { type: "kv", options: { version: "2" } });
  if (!("pki/" in mounts)) await vault.write("sys/mounts/pki", { type: "pki", config: { max_lease_ttl: pkiMaxTtl } });
  await untilUpgraded(vault);
  await ensureAuthority(vault, authorities);
  await ensurePlugin(vault, pluginSha256);
}

/** After unsealing it takes a moment until the one server has made itself the leader; till then it answers 5xx. */
async function untilActive(vault: VaultClient): Promise<void> {
  await retry(
    () => vault.read("sys/health"),
    ({ status }) => status >= 429,
  );
}

/** A new key-value mount answers 400 for a moment while it sets itself up. */
async function untilUpgraded(vault: VaultClient): Promise<void> {
  await retry(
    () => vault.read("secret/config"),
    (error) => error.status === 400,
  );
}

function retry(attempt: () => Promise<unknown>, passing: (error: VaultError) => boolean): Promise<unknown> {
  return untilItWorks(attempt, {
    limit: 30_000,
    passing: (error) => !(error instanceof VaultError) || error.status === 0 || passing(error),
  });
}

/** To the container's log: kubelet rotates it, and a full disk cannot stop Vault. Secrets in it are hashed by Vault. */
async function ensureAudit(vault: VaultClient): Promise<void> {
  const { data } = await vault.read<Mounts>("sys/audit");
  if (!("stdout/" in data)) await vault.write("sys/audit/stdout", { type: "file", options: { file_path: "stdout" } });
}

/** @throws if `pki/` has a CA that is not the company's */
async function ensureAuthority(vault: VaultClient, { root, issuing }: Authorities): Promise<void> {
  const certificate = await readFile(issuing.certificate, "utf8");
  if (!(await vault.find("pki/issuers?list=true"))) {
    // The root without its key, so that Vault can hand out the whole chain.
    const bundle = [issuing.key, issuing.certificate, root.certificate].map((file) => readFile(file, "utf8"));
    await vault.write("pki/config/ca", { pem_bundle: (await Promise.all(bundle)).join("") });
  }
  const { data } = await vault.read<{ data: { certificate: string } }>("pki/cert/ca");
  if (new X509Certificate(data.certificate).fingerprint256 !== new X509Certificate(certificate).fingerprint256) {
    throw new Error(
      `Vault's pki/ holds another CA than ${issuing.certificate}: they were made apart.\n` +
        'Run "npm run local:reset", then "npm run local".',
    );
  }
}

async function ensurePlugin(vault: VaultClient, sha256: string): Promise<void> {
  const path = `sys/plugins/catalog/database/${plugin.name}`;
  const present = await vault.find<{ data: { sha256?: string } }>(path);
  if (present?.data.sha256 !== sha256) await vault.write(path, { command: plugin.command, sha256 });
}
