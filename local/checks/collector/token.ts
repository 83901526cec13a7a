import { createSign, type KeyObject } from "node:crypto";
import { gatewayAudience } from "../../../lib/names.ts";

/** Who a token is for. */
export interface Sender {
  namespace: string;
  serviceAccount: string;
  /** Default: the token is bound to none. */
  pod?: string;
}

/** A token as a cluster signs it. @param by.kid id of the key. Default: the token names none. @param audience default: the gateway. */
export function signedToken(
  by: { issuer: string; privateKey: KeyObject; kid?: string },
  { namespace, serviceAccount, pod }: Sender,
  audience = gatewayAudience,
): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: by.issuer,
    aud: [audience],
    sub: `system:serviceaccount:${namespace}:${serviceAccount}`,
    iat: now,
    exp: now + 3600,
    "kubernetes.io": { namespace, serviceaccount: { name: serviceAccount }, ...(pod && { pod: { name: pod } }) },
  };
  const unsigned = `${part({ alg: "RS256", ...(by.kid !== undefined && { kid: by.kid }) })}.${part(claims)}`;
  return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(by.privateKey, "base64url")}`;
}
