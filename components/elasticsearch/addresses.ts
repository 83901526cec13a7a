import type { Settings } from "../../config/settings.ts";
import { managedStoreUrl, ports } from "../../lib/names.ts";

type StoreSettings = Pick<Settings, "elasticsearch">;

/** Address of the store for the stack's own pods: the stack's own Service, or the company's cluster. */
export function storeUrl({ elasticsearch }: StoreSettings): string {
  return elasticsearch.mode === "external" ? elasticsearch.endpoint : managedStoreUrl;
}

/**
 * Address of the store for those who administer it from outside: the engine, which makes templates, roles and users, and
 * Vault, which sets passwords. Without `publish` both must be able to reach Services of the cluster by name.
 */
export function storeAdminUrl({ elasticsearch }: StoreSettings): string {
  if (elasticsearch.mode === "external" || !elasticsearch.publish) return storeUrl({ elasticsearch });
  return `https://${elasticsearch.publish.host}:${ports.elasticsearch}`;
}
