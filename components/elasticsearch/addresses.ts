import { readCertificates, readStackRoot } from "../../config/context.ts";
import type { Settings } from "../../config/settings.ts";
import type { Stack } from "../../config/stack-file.ts";
import type { StoreAccess } from "../../lib/elasticsearch/reach.ts";
import { managedStoreUrl, ports } from "../../lib/names.ts";
import { credentialsPath } from "../vault/account-in-turn.ts";
import { vaultPaths } from "../vault/paths.ts";

type StoreSettings = Pick<Settings, "cluster" | "elasticsearch">;

/** Addresses of the store for the stack's own pods: the stack's own Service, or the company's cluster. At least one. */
export function storeUrls({ cluster, elasticsearch }: StoreSettings): string[] {
  return elasticsearch.mode === "external" ? elasticsearch.endpoints : [managedStoreUrl(cluster.namespace)];
}

/**
 * Addresses of the store for those who administer it from outside: the engine, which makes templates, roles and users, and
 * Vault, which sets passwords and knows the first only. Without `publish` both must be able to reach Services of the cluster
 * by name.
 */
export function storeAdminUrls(settings: StoreSettings): string[] {
  const { elasticsearch } = settings;
  if (elasticsearch.mode === "external" || !elasticsearch.publish) return storeUrls(settings);
  return [`https://${elasticsearch.publish.host}:${ports.elasticsearch}`];
}

/**
 * What commands outside of the cluster need to read the store of a stack.
 *
 * @param user of the store, whose password Vault has.
 * @param reader name of that user for people, for messages.
 * @param indices index, alias or pattern.
 * @throws SettingsError if a certificate that the settings name cannot be read.
 */
export function storeAccess(
  { name, settings }: Stack,
  { user, reader, indices }: { user: string; reader: string; indices: string },
): StoreAccess {
  const { vault, elasticsearch } = settings;
  return {
    store: {
      addresses: storeUrls(settings),
      ca:
        elasticsearch.mode === "external"
          ? readCertificates("elasticsearch.caFile", elasticsearch.caFile)
          : readStackRoot(vault),
    },
    vault: {
      address: vault.address,
      namespace: vault.namespace,
      ca: readCertificates("vault.caFile", vault.caFile),
    },
    credentials: credentialsPath(vaultPaths({ stack: name, settings }), user),
    reader,
    indices,
  };
}
