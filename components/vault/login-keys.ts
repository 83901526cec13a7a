import type * as vault from "@pulumi/vault";
import type { Context } from "../../config/context.ts";

/** By which keys Vault verifies tokens: those of a file, or those that the issuer, or an address, shows at that time. */
export function loginKeys({
  settings: { cluster },
  serviceAccountKeys,
  issuerCa,
}: Pick<Context, "settings" | "serviceAccountKeys" | "issuerCa">): Partial<vault.jwt.AuthBackendArgs> {
  if (!cluster.oidc) return { jwtValidationPubkeys: serviceAccountKeys };
  const { vaultKeys } = cluster.oidc;
  return vaultKeys === "issuer"
    ? { oidcDiscoveryUrl: cluster.serviceAccountIssuer, ...(issuerCa && { oidcDiscoveryCaPem: issuerCa }) }
    : { jwksUrl: vaultKeys, ...(issuerCa && { jwksCaPem: issuerCa }) };
}
