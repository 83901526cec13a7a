import { VaultError } from "../../../lib/vault-client.ts";
import type { Answer } from "../answer.ts";

/**
 * Asks Vault.
 *
 * @param question undefined: there is nothing.
 * @throws VaultError if Vault says neither what there is nor that the token may not know it.
 */
export async function askVault<T>(question: () => Promise<T | undefined>): Promise<Answer<T>> {
  try {
    const value = await question();
    return value === undefined ? { state: "missing" } : { state: "read", value };
  } catch (error) {
    if (error instanceof VaultError && error.status === 403)
      return { state: "unread", reason: "permission denied", mayNot: true };
    throw error;
  }
}
