import { createPublicKey, X509Certificate, type JsonWebKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Landscape } from "./landscape.ts";
import { project, type Settings } from "./settings.ts";
import { SettingsError } from "./settings-error.ts";
import { projectDir, type Stack } from "./stack-file.ts";

/** All that planning needs to know about a stack: plain values, read once. */
export interface Context {
  /** Name of the stack; part of every name outside of the cluster (Vault mounts, policies). */
  stack: string;
  settings: Settings;
  landscape: Landscape;
  /** PEM: CA of Vault's own certificate. */
  vaultCa: string;
  /** PEM: root of the certificates that Vault issues to the stack. */
  stackRoot: string;
  /** Changes when it is time to have the stack's CA signed anew, and not before. */
  authorityPeriod: string;
  /** PEM: CA of Elasticsearch's certificate. The stack's root, unless the cluster is external. */
  elasticsearchCa: string;
  /** PEM: CA of the identity provider's certificate. Undefined: one that the proxy's image knows. */
  identityCa?: string | undefined;
  /** PEM: CA of the certificate by which Prometheus shows who it is. Undefined: it need not. */
  prometheusCa?: string | undefined;
  /** PEM: verify the cluster's service-account tokens. Undefined: they are asked of the issuer. */
  serviceAccountKeys?: string[] | undefined;
  /** PEM: CA of the certificate of the tokens' issuer. Undefined: one that images know, or the issuer is not asked. */
  issuerCa?: string | undefined;
}

/**
 * Reads the files that the settings name.
 *
 * @param directory folder that relative paths start from. Default: the project's root.
 * @param now the time of the run: it decides when the stack's CA is signed anew, and what has ended.
 * @throws SettingsError if a file cannot be read or does not hold what its setting says.
 */
export function createContext(
  { name, settings, landscape }: Stack,
  { directory = projectDir, now = new Date() }: { directory?: string; now?: Date } = {},
): Context {
  const { access, cluster, vault, elasticsearch, monitoring } = settings;
  const prometheusCaFile = monitoring?.prometheus.client?.caFile;
  const certificates = (key: string, path: string) => readCertificates(key, path, directory);
  const stackRoot = readStackRoot(vault, { directory, now });
  return {
    stack: name,
    settings,
    landscape,
    vaultCa: certificates("vault.caFile", vault.caFile),
    stackRoot,
    authorityPeriod: authorityPeriod(vault.authorityDays, now),
    elasticsearchCa:
      elasticsearch.mode === "external" ? certificates("elasticsearch.caFile", elasticsearch.caFile) : stackRoot,
    identityCa: access.oidc.caFile ? certificates("access.oidc.caFile", access.oidc.caFile) : undefined,
    prometheusCa: prometheusCaFile ? certificates("monitoring.prometheus.client.caFile", prometheusCaFile) : undefined,
    serviceAccountKeys:
      cluster.serviceAccountKeysFile === undefined
        ? undefined
        : readPublicKeys("cluster.serviceAccountKeysFile", cluster.serviceAccountKeysFile, directory),
    issuerCa: cluster.oidc?.caFile ? oneCertificate("cluster.oidc.caFile", cluster.oidc.caFile, directory) : undefined,
  };
}

/** Number of the third of the CA's lifetime that `now` is in, since 1970: the same in every run of that time. */
function authorityPeriod(authorityDays: number, now: Date): string {
  return String(Math.floor(now.getTime() / ((authorityDays / 3) * 24 * 3600 * 1000)));
}

/**
 * PEM: root of the certificates that Vault issues to a stack.
 *
 * @param directory folder that a relative path starts from. Default: the project's root.
 * @throws SettingsError if the file has no CA that signed itself and is still good: agents and browsers would refuse every
 *   certificate of the stack, long after `up` was clean.
 */
export function readStackRoot(
  { caFile, pkiRootFile }: Pick<Settings["vault"], "caFile" | "pkiRootFile">,
  { directory = projectDir, now = new Date() }: { directory?: string; now?: Date } = {},
): string {
  const [key, path] = pkiRootFile === undefined ? ["vault.caFile", caFile] : ["vault.pkiRootFile", pkiRootFile];
  const text = readCertificates(key, path, directory);
  const certificates = (text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (pem) => new X509Certificate(pem),
  );
  const roots = certificates.filter((one) => one.ca && one.checkIssued(one));
  const allowed = `the root that Vault's ${key === "vault.caFile" ? "certificate and the stack's certificates are" : "PKI mount is"} below`;
  if (roots.length === 0) {
    const named = certificates.map(({ subject }) => subject.replaceAll("\n", ", ")).join("; ");
    const hint = pkiRootFile === undefined ? ", or name the root of vault.pkiMount in vault.pkiRootFile" : "";
    throw unusable(key, path, new Error(`it holds no CA that signed itself, but ${named}`), allowed + hint);
  }
  if (roots.every(({ validTo }) => new Date(validTo) < now)) {
    throw unusable(key, path, new Error(`its CA ended on ${roots[0]!.validTo}`), allowed);
  }
  return text;
}

/**
 * PEM certificates, as they are.
 *
 * @param key the setting that names the file, for messages.
 * @param directory folder that a relative path starts from. Default: the project's root.
 * @throws SettingsError if the file cannot be read or begins with no certificate.
 */
export function readCertificates(key: string, path: string, directory = projectDir): string {
  const text = readText(key, path, directory);
  try {
    new X509Certificate(text);
    return text;
  } catch (error) {
    throw unusable(key, path, error, "a PEM file that begins with a certificate: -----BEGIN CERTIFICATE-----");
  }
}

/** A file for the collector's OIDC extension, which takes the first certificate and says nothing of the others. */
function oneCertificate(key: string, path: string, directory: string): string {
  const text = readCertificates(key, path, directory);
  const count = text.split("-----BEGIN CERTIFICATE-----").length - 1;
  if (count === 1) return text;
  throw unusable(
    key,
    path,
    new Error(`it holds ${count} certificates, and the gateway reads the first alone`),
    "a file with the CA's certificate and no other",
  );
}

/** Public keys as PEM, from a key set or from PEM keys. */
function readPublicKeys(key: string, path: string, directory: string): string[] {
  const text = readText(key, path, directory);
  try {
    const keys = text.startsWith("{")
      ? (JSON.parse(text) as { keys: JsonWebKey[] }).keys.map((jwk) => createPublicKey({ key: jwk, format: "jwk" }))
      : publicPems(text).map((pem) => createPublicKey(pem));
    if (keys.length === 0) throw new Error("it holds no key");
    // Vault hands keys back without the last newline: kept, it would be a difference in every preview.
    return keys.map((publicKey) => publicKey.export({ type: "spki", format: "pem" }).toString().trim());
  } catch (error) {
    throw unusable(key, path, error, "the answer of `kubectl get --raw /openid/v1/jwks`, or PEM public keys");
  }
}

/** A file of Kubernetes may have several, and Node.js takes the first and says nothing of the others. */
function publicPems(text: string): string[] {
  const pems = text.match(/-----BEGIN [A-Z ]+-----[^-]+-----END [A-Z ]+-----/g);
  return pems ?? [text];
}

function readText(key: string, path: string, directory: string): string {
  try {
    return readFileSync(resolve(directory, path), "utf8").trim();
  } catch (error) {
    throw unusable(key, path, error, "the path of a file, absolute or from the project's root");
  }
}

function unusable(key: string, path: string, error: unknown, allowed: string): SettingsError {
  return new SettingsError(
    `${project}:${key}: ${JSON.stringify(path)} cannot be used: ${(error as Error).message}\n  allowed: ${allowed}`,
  );
}
