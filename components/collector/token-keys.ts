import { createPublicKey } from "node:crypto";
import type { Context } from "../../config/context.ts";
import type { EgressFlow } from "../kubernetes/network-policy.ts";
import { configDir } from "../otel/collector-parts.ts";

/** What the gateway needs to verify tokens of the cluster. */
export interface TokenKeys {
  /** Of the provider of the OIDC extension. */
  provider: object;
  /** In the configuration folder. */
  files: Record<string, string>;
  egress: readonly EgressFlow[];
}

const keysFile = "service-account-keys.json";
const caFile = "issuer-ca.crt";

/**
 * By a file: nothing outside of the pod is asked, and a new key of the cluster needs an `up`. By the issuer: the extension
 * asks for its document at the start (without an answer the collector ends), and for keys with the first token and whenever one
 * has a key that it does not know. While the issuer is away such a token is refused, see decision 0032.
 */
export function tokenKeys({
  settings: { cluster },
  serviceAccountKeys,
  issuerCa,
}: Pick<Context, "settings" | "serviceAccountKeys" | "issuerCa">): TokenKeys {
  const { serviceAccountIssuer: issuer, oidc } = cluster;
  if (!oidc) {
    return {
      provider: { public_keys_file: `${configDir}/${keysFile}` },
      files: { [keysFile]: keySet(serviceAccountKeys ?? []) },
      egress: [],
    };
  }
  return {
    provider: { ...(issuerCa !== undefined && { issuer_ca_path: `${configDir}/${caFile}` }) },
    files: { ...(issuerCa !== undefined && { [caFile]: `${issuerCa}\n` }) },
    // Never by a namespace: behind `kubernetes.default` are no pods, but the machines of the API server.
    egress: [
      {
        peer: oidc.ranges ? { ranges: oidc.ranges } : "anywhere",
        port: oidc.port ?? Number(new URL(issuer).port || 443),
      },
    ],
  };
}

/** Signature algorithm of an elliptic key. Keys without a curve are RSA. */
const curveAlgorithms: Record<string, string> = { "P-256": "ES256", "P-384": "ES384", "P-521": "ES512" };

/** The cluster's keys as the set that the OIDC extension reads. */
export function keySet(publicKeys: readonly string[]): string {
  const keys = publicKeys.map((pem) => {
    const jwk = createPublicKey(pem).export({ format: "jwk" });
    return { ...jwk, alg: jwk.crv ? curveAlgorithms[jwk.crv] : "RS256", use: "sig" };
  });
  return JSON.stringify({ keys });
}
