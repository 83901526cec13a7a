import { join } from "node:path";
import { stateDir } from "../../paths.ts";

/** Namespace, StatefulSet, Service and ServiceAccount of the corporate Vault. */
export const name = "vault";
export const namespace = "vault";
export const port = 8200;

/** Name that the cluster knows Vault by; its certificate says the same. */
export const host = `${name}.${namespace}.svc`;

/** Address for whoever resolves names of the cluster. */
export const address = `https://${host}:${port}`;

/** Unseal key and root token, readable by the user alone. */
export const keysFile = join(stateDir, "vault", "init.json");

export const caDirectory = "/vault/ca";
/** The company's root in the Vault pod: what Vault's database engine verifies Elasticsearch with. */
export const caFile = "corporate-ca.crt";
/** CA of Vault's own certificate, for who talks to it in its pod. */
export const serverCaFile = "vault-server-ca.crt";
export const pluginDirectory = "/vault/plugins";

/** Name that the database engine knows the plugin by, and the file in the plugin directory. */
export const plugin = {
  name: "elasticsearch-database-plugin",
  command: "vault-plugin-database-elasticsearch",
} as const;
