import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The run's token for Vault, where Vault's own provider looks for it: in the environment, or where `vault login` left it. */
export function vaultToken(
  { VAULT_TOKEN: token }: Readonly<Record<string, string | undefined>> = process.env,
  home = homedir(),
): string | undefined {
  if (token) return token;
  try {
    return readFileSync(join(home, ".vault-token"), "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}
