import type { Settings } from "../../config/settings.ts";

type Oidc = Settings["access"]["oidc"];

/** What differs between identity providers: options of the proxy in front of Jaeger. */
interface ProviderData {
  /** The proxy's own name for it. */
  provider: string;
  /** What is asked for at sign-in. The proxy's default would ask for a scope `groups`, which most providers refuse. */
  scope: string;
  /** Claim that lists a person's groups. */
  groupsClaim: string;
}

const providers: Record<Oidc["provider"], ProviderData> = {
  // The mapper "Group Membership" of the client puts `groups` into tokens; realm and client roles count as `role:<name>`.
  keycloak: { provider: "keycloak-oidc", scope: "openid email profile", groupsClaim: "groups" },
  // Groups by id. Without `offline_access` there is no refresh, and a sign-in ends with the token, after about an hour.
  "entra-id": { provider: "entra-id", scope: "openid email profile offline_access", groupsClaim: "groups" },
  oidc: { provider: "oidc", scope: "openid email profile groups", groupsClaim: "groups" },
};

/**
 * Options of the proxy that say who people are.
 *
 * @param groups groups of the identity provider whose members are let in. Never empty: that would be everybody.
 */
export function providerOptions(oidc: Oidc, groups: readonly string[]) {
  if (groups.length === 0) throw new Error("no group of the identity provider is let in: the proxy would admit all");
  const { provider, scope, groupsClaim } = providers[oidc.provider];
  return {
    provider,
    scope,
    client_id: oidc.clientId,
    oidc_issuer_url: oidc.issuer,
    oidc_groups_claim: oidc.groupsClaim ?? groupsClaim,
    allowed_groups: groups,
  };
}
