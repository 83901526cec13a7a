import { createPublicKey, type JsonWebKey } from "node:crypto";
import { BlockList, isIP } from "node:net";
import type { Context } from "../../config/context.ts";
import type { Answer } from "./answer.ts";
import { note, stop, unread, type Finding } from "./finding.ts";

/** What everybody may read of a tokens' issuer, without a login. */
export interface Issuer {
  document: Answer<unknown>;
  keys: Answer<unknown>;
  /** Where the API server listens, if it is the issuer itself: policies see those addresses, not the Service's. */
  endpoints?: Answer<{ address: string; port: number }[]> | undefined;
}

/**
 * Whether Vault and the gateway can verify the cluster's tokens by what the issuer shows.
 *
 * @param inCluster the cluster's own keys, as the API server tells who may ask it.
 */
export function judgeIssuer(
  { document, keys, endpoints }: Issuer,
  inCluster: Answer<unknown>,
  { settings: { cluster } }: Pick<Context, "settings">,
): Finding[] {
  const issuer = cluster.serviceAccountIssuer;
  if (document.state !== "read" || keys.state !== "read") {
    const answer = document.state === "read" ? keys : document;
    const reason = answer.state === "unread" ? answer.reason : "it is not there";
    return endpoints
      ? [
          stop(
            `the API server does not show its token keys without a login, and neither Vault nor the gateway has one: ${reason}`,
            "kubectl create clusterrolebinding service-account-issuer-discovery --clusterrole=system:service-account-issuer-discovery --group=system:unauthenticated\n" +
              "or, with the keys in a file: cluster: {serviceAccountKeysFile: trust/service-account-keys.json} instead of cluster.oidc",
          ),
        ]
      : [unread(`whether ${issuer} shows the keys of the cluster's tokens (cluster.oidc): ${reason}`)];
  }
  return [
    ...announced(issuer, parsed(document.value), cluster.oidc?.ranges),
    ...(inCluster.state === "read" ? sameKeys(issuer, publicKeys(inCluster.value), publicKeys(keys.value)) : []),
    ...(endpoints?.state === "read" && cluster.oidc ? reachable(endpoints.value, cluster.oidc) : []),
    ...(endpoints?.state === "unread"
      ? [unread("where the API server listens, which cluster.oidc.ranges and port are about", endpoints)]
      : []),
  ];
}

/** The gateway follows the discovery document, and refuses one of another issuer. */
function announced(
  issuer: string,
  { issuer: says, jwks_uri: uri }: { issuer?: string; jwks_uri?: string },
  ranges: readonly string[] | undefined,
): Finding[] {
  if (says !== issuer) {
    return [
      stop(
        `the discovery document of ${issuer} is of ${says}: the gateway would not start`,
        `cluster: {serviceAccountIssuer: "${says}"}`,
      ),
    ];
  }
  if (uri === undefined || !URL.canParse(uri)) return [stop(`the discovery document of ${issuer} says no jwks_uri`)];
  if (ranges === undefined || new URL(uri).host === new URL(issuer).host) return [];
  return [note(`the issuer's keys are at ${uri}: cluster.oidc.ranges must have that host's addresses too`)];
}

function sameKeys(issuer: string, inCluster: readonly string[], shown: readonly string[]): Finding[] {
  const unknown = inCluster.filter((key) => !shown.includes(key));
  if (unknown.length === 0) return [];
  return unknown.length === inCluster.length
    ? [
        stop(
          `none of the cluster's ${inCluster.length} token keys is among those that ${issuer} shows: it is another cluster's`,
        ),
      ]
    : [note(`the cluster has ${unknown.length} token key(s) that ${issuer} does not show yet`)];
}

function reachable(
  endpoints: readonly { address: string; port: number }[],
  { ranges, port }: NonNullable<Context["settings"]["cluster"]["oidc"]>,
): Finding[] {
  const allowed = new BlockList();
  for (const range of ranges ?? []) {
    const [address, prefix] = range.split("/") as [string, string];
    allowed.addSubnet(address, Number(prefix), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  const closed = endpoints.filter(
    ({ address, port: own }) =>
      own !== (port ?? 443) || (ranges !== undefined && !allowed.check(address, isIP(address) === 6 ? "ipv6" : "ipv4")),
  );
  if (closed.length === 0) return [];
  const addresses = [...new Set(endpoints.map(({ address }) => `${address}/${isIP(address) === 6 ? 128 : 32}`))];
  return [
    stop(
      `the API server listens at ${closed.map(({ address, port: own }) => `${address}, port ${own}`).join("; ")}, where the gateway may not go: it would not start`,
      `cluster: {oidc: {ranges: [${addresses.join(", ")}], port: ${endpoints[0]!.port}}}`,
    ),
  ];
}

/** The keys of a set, as PEM: their ids may be missing, and say less. */
export function publicKeys(set: unknown): string[] {
  return (parsed<{ keys?: JsonWebKey[] }>(set).keys ?? []).map((key) =>
    createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" }).toString().trim(),
  );
}

/** The client parses what the server calls JSON, and hands over text otherwise. */
export function parsed<T>(answer: unknown): T {
  return (typeof answer === "string" ? JSON.parse(answer) : answer) as T;
}
