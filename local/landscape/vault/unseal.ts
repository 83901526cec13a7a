import type { VaultClient } from "../../../lib/vault-client.ts";
import { readKeys, saveKeys } from "./keys.ts";

interface SealStatus {
  readonly initialized: boolean;
  readonly sealed: boolean;
}

/** Where Vault stands. `absent`: nobody answers. */
export type SealState = "absent" | "uninitialised" | "sealed" | "unsealed";

/** Asks Vault where it stands. Never throws. */
export async function sealState(vault: VaultClient): Promise<SealState> {
  try {
    const { initialized, sealed } = await vault.read<SealStatus>("sys/seal-status");
    if (!initialized) return "uninitialised";
    return sealed ? "sealed" : "unsealed";
  } catch {
    return "absent";
  }
}

/**
 * Brings Vault one step nearer to serving: initialises it, unseals it. Does nothing if it serves or does not answer.
 *
 * @throws if it is sealed and its key is not here
 */
export async function openVault(vault: VaultClient): Promise<void> {
  const state = await sealState(vault);
  if (state === "uninitialised") {
    const shares = { secret_shares: 1, secret_threshold: 1 };
    const { keys_base64, root_token } = await vault.write<{ keys_base64: [string]; root_token: string }>(
      "sys/init",
      shares,
    );
    await saveKeys({ unsealKey: keys_base64[0], rootToken: root_token });
  }
  if (state === "uninitialised" || state === "sealed") {
    const { unsealKey } = await readKeys();
    await vault.write("sys/unseal", { key: unsealKey });
  }
}
