import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { VaultClient } from "../../../lib/vault-client.ts";
import { repositoryDir } from "../../paths.ts";

/** Who works on the stack from outside of the cluster; each has the policy of `docs/guides`, and nothing else. */
export type Person = "deployer" | "bootstrap";

/** Longer than any run here; the token is left to end by itself. */
const ttl = "4h";

/**
 * A token as the company gives it to that person. With it the local environment proves the policies that the guide gives to
 * others: a right that is missing there fails here.
 *
 * @param vault with the root token
 * @param stack default: the local one.
 */
export async function tokenOf(person: Person, vault: VaultClient, stack = "local"): Promise<string> {
  // Not `tracing-local-…`: the deployer may change policies of that name.
  const name = `${person}-tracing-${stack}`;
  const file = join(repositoryDir, "docs/guides", `${person}-vault-policy.hcl`);
  const policy = (await readFile(file, "utf8")).replaceAll("STACK", stack);
  await vault.write(`sys/policies/acl/${name}`, { policy });
  return tokenWith(name, vault);
}

/** A token of somebody to whom the company has given a policy that the stack itself makes, and nothing else. */
export function tokenWith(policy: string, vault: VaultClient): Promise<string> {
  return vault
    .write<{ auth: { client_token: string } }>("auth/token/create-orphan", {
      ...{ policies: [policy], no_default_policy: true, display_name: policy },
      ...{ ttl, explicit_max_ttl: ttl, renewable: false },
    })
    .then(({ auth }) => auth.client_token);
}
