import { generateKeyPairSync, randomBytes } from "node:crypto";
import { Provider } from "oidc-provider";
import * as log from "./log.js";
import { matches } from "./secrets.js";

/** Seconds. */
const lives = { token: 300, code: 60, session: 10 * 3600 };

/** What a program asks a token for: the platform's name, not an address. */
const resource = (audience) => `urn:company:${audience}`;

/**
 * The identity provider.
 *
 * Keys are drawn at each start, and sessions are in memory: a restart signs everybody out here, and tokens of before are
 * refused as soon as who checks them has fetched the new keys. A company's provider has a database.
 *
 * @param settings see README.md
 */
export function identityProvider({ issuer, client, accounts }) {
  const provider = new Provider(issuer, {
    clients: [application(client), ...accounts.map((account) => program(account))],
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified"],
      // As Keycloak's and Entra ID's mappers do, groups come without being asked for by a scope of their own too.
      profile: ["name", "groups"],
      groups: ["groups"],
    },
    // Else the ID token of the code flow would have no claim but `sub`.
    conformIdTokenClaims: false,
    cookies: { keys: [randomBytes(32).toString("base64url")] },
    extraTokenClaims: (_context, token) =>
      token.kind === "ClientCredentials" ? claimsOf(find(token.clientId)) : undefined,
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        // Programs get a token that reads like an ID token; the application's own access token is for /me alone.
        defaultResource: (_context, { grantTypes }) =>
          grantTypes.includes("client_credentials") ? resource(client.id) : undefined,
        getResourceServerInfo: () => ({
          scope: "",
          audience: client.id,
          accessTokenFormat: "jwt",
          accessTokenTTL: lives.token,
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
    findAccount: (_context, name) => {
      const account = find(name);
      return account && { accountId: name, claims: () => ({ sub: name, ...claimsOf(account) }) };
    },
    interactions: { url: (_context, { uid }) => `/login/${uid}` },
    issueRefreshToken: (_context, { grantTypes }) => grantTypes.includes("refresh_token"),
    jwks: { keys: [signingKey()] },
    loadExistingGrant: grantWithoutAsking,
    pkce: { required: () => true },
    renderError(context, out, error) {
      log.error(error.message, { detail: error.error_description ?? error.error_detail });
      context.type = "text/plain";
      context.body = `${out.error}: ${out.error_description ?? ""}\n`;
    },
    ttl: {
      AuthorizationCode: lives.code,
      ClientCredentials: lives.token,
      AccessToken: lives.token,
      IdToken: lives.token,
      RefreshToken: lives.session,
      Session: lives.session,
      Grant: lives.session,
      Interaction: 600,
    },
  });
  function find(name) {
    return accounts.find((account) => account.name === name);
  }
  // Only hashes are here: `client_secret` holds one, and is compared as one.
  provider.Client.prototype.compareClientSecret = function (secret) {
    return matches(secret, this.clientSecret);
  };
  provider.on("server_error", (_context, { message, stack }) => log.error(message, { stack }));
  return provider;
}

/** The application that people sign in to. */
function application({ id, secretSha256, redirectUris, postLogoutRedirectUris }) {
  return {
    client_id: id,
    client_secret: secretSha256,
    redirect_uris: redirectUris,
    post_logout_redirect_uris: postLogoutRedirectUris,
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
  };
}

/** Every account may also get a token with its password alone, as a service account does. */
function program({ name, secretSha256 }) {
  return {
    client_id: name,
    client_secret: secretSha256,
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
  };
}

function claimsOf({ email, title, groups }) {
  return { email, email_verified: true, name: title, groups };
}

/** Employees are not asked whether an application of the company may know who they are. */
async function grantWithoutAsking(context) {
  const { client, session, provider } = context.oidc;
  const known = session.grantIdFor(client.clientId);
  const found = known && (await provider.Grant.find(known));
  if (found) return found;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope("openid email profile groups");
  await grant.save();
  return grant;
}

function signingKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const kid = randomBytes(8).toString("hex");
  return { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" };
}
