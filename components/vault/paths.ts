import type { Context } from "../../config/context.ts";

/**
 * Where the stack's things are in Vault. The bootstrap command and the components use the same functions: the first
 * writes the values, the second only the paths.
 */
export interface VaultPaths {
  /** Intermediate CA of the stack. */
  pki: string;
  /** Login with service-account tokens of the cluster. */
  jwt: string;
  /** Engine that sets and rotates the passwords of Elasticsearch's users. Mounted and connected by the bootstrap command. */
  database: string;
  /** Connection and static roles of the database engine. */
  databaseConnection: string;
  /** Prefix of policies. */
  policyPrefix: string;
  /** API path of a generated secret in the company's KV version 2 mount. */
  kv(name: string): string;
}

/** Paths of a stack. All carry its name, so that stacks can share a Vault. */
export function vaultPaths({ stack, settings }: Pick<Context, "stack" | "settings">): VaultPaths {
  const prefix = `tracing-${stack}`;
  return {
    pki: `${prefix}-pki`,
    jwt: `${prefix}-jwt`,
    database: `${prefix}-database`,
    databaseConnection: "elasticsearch",
    policyPrefix: prefix,
    kv: (name) => `${settings.vault.kvMount}/data/tracing/${stack}/${name}`,
  };
}

/** Secrets that the bootstrap command generates: users of Elasticsearch's file realm, with password and bcrypt hash. */
export const generatedUsers = {
  /** The engine's user: templates, roles and users, no documents. */
  provisioner: "elasticsearch/provisioner",
  /** The user of Vault's database engine: passwords of users. */
  vault: "elasticsearch/vault",
} as const;
