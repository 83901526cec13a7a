import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { resolveLandscape, type Landscape } from "./landscape.ts";
import { SettingsError, type Settings } from "./settings.ts";

/** All that planning needs to know about a stack: plain values, read once. */
export interface Context {
  /** Name of the stack; part of every name outside of the cluster (Vault mounts, policies). */
  stack: string;
  settings: Settings;
  landscape: Landscape;
  /** PEM: CA of Vault's certificate and root of the stack's own certificates. */
  companyCa: string;
  /** PEM: CA of Elasticsearch's certificate. The company's, unless the cluster is external. */
  elasticsearchCa: string;
  /** PEM: verifies the cluster's service-account tokens. */
  serviceAccountPublicKey: string;
}

/**
 * Reads the files that the settings name.
 *
 * @param directory folder that relative paths start from. Default: the project's root.
 * @throws SettingsError if a file cannot be read or does not hold what its setting says.
 */
export function createContext(stack: string, settings: Settings, directory = join(import.meta.dirname, "..")): Context {
  const { cluster, vault, elasticsearch } = settings;
  const certificates = (key: string, path: string) => readPem(key, path, "CERTIFICATE", directory);
  const companyCa = certificates("vault.caFile", vault.caFile);
  const publicKey = readPem(
    "cluster.serviceAccountPublicKeyFile",
    cluster.serviceAccountPublicKeyFile,
    "PUBLIC KEY",
    directory,
  );
  return {
    stack,
    settings,
    landscape: resolveLandscape(settings),
    companyCa,
    elasticsearchCa:
      elasticsearch.mode === "external" ? certificates("elasticsearch.caFile", elasticsearch.caFile) : companyCa,
    serviceAccountPublicKey: createPublicKey(publicKey).export({ type: "spki", format: "pem" }).toString().trim(),
  };
}

/** PEM text without surrounding white space: Vault hands keys back trimmed, and a difference would show in every preview. */
function readPem(key: string, path: string, label: string, directory: string): string {
  const file = isAbsolute(path) ? path : join(directory, path);
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new SettingsError(
      `order-tracing:${key}: ${JSON.stringify(path)} cannot be read: ${(error as Error).message}\n` +
        "  write:   the path of a PEM file, absolute or from the project's root",
    );
  }
  if (!text.includes(`-----BEGIN ${label}-----`) && !text.includes(`-----BEGIN RSA ${label}-----`)) {
    throw new SettingsError(
      `order-tracing:${key}: ${JSON.stringify(path)} holds no PEM block "${label}".\n` +
        `  allowed: -----BEGIN ${label}-----`,
    );
  }
  return text;
}
