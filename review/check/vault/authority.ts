import { X509Certificate } from "node:crypto";
import type { Context } from "../../../config/context.ts";
import type { Answer } from "../answer.ts";
import { note, stop, type Finding } from "../finding.ts";

/** What `vault.pkiMount` tells everybody: its CA, and those above it, as PEM. Empty: it has none. */
export type LiveAuthority = Answer<string>;

/** The company's CA that signs the stack's: there, good for long enough, and below the root that everybody verifies by. */
export function judgeAuthority(
  live: LiveAuthority,
  { settings: { vault }, stackRoot }: Pick<Context, "settings" | "stackRoot">,
  now = new Date(),
): Finding[] {
  const { pkiMount, pkiRootFile, caFile, authorityDays, namespace } = vault;
  // What everybody may read of a PKI mount, Vault refuses where there is none.
  if (live.state !== "read")
    return [
      stop(
        `there is no PKI mount ${pkiMount}${namespace === undefined ? "" : ` in Vault's namespace ${namespace}`}: nobody would sign the stack's CA`,
        "vault: {pkiMount: <one of vault secrets list>}",
      ),
    ];
  const chain = certificates(live.value);
  const [authority] = chain;
  if (!authority)
    return [stop(`the PKI mount ${pkiMount} has no CA`, "vault: {pkiMount: <the mount of the company's CA>}")];
  const name = authority.subject.replaceAll("\n", ", ");
  const end = new Date(authority.validTo);
  const rootFile = pkiRootFile === undefined ? "caFile" : "pkiRootFile";
  return [
    ...(end <= now
      ? [stop(`the CA of the PKI mount ${pkiMount} (${name}) ended on ${authority.validTo}`, "a new CA in that mount")]
      : end.getTime() - now.getTime() < authorityDays * 24 * 3600 * 1000
        ? [
            note(
              `the CA of the PKI mount ${pkiMount} (${name}) ends on ${authority.validTo}, before a CA of the stack that is signed now (vault.authorityDays): certificates end with it`,
              "a new CA in that mount before then, or less vault.authorityDays",
            ),
          ]
        : []),
    ...(isBelow(authority, chain, certificates(stackRoot))
      ? []
      : [
          stop(
            `the CA of the PKI mount ${pkiMount} (${name}) is not below the root in ${pkiRootFile ?? caFile}, or Vault does not know a CA between them: agents would refuse every certificate of the stack`,
            `vault: {${rootFile === "caFile" ? "pkiRootFile" : rootFile}: <PEM file with the root of ${pkiMount}>}`,
          ),
        ]),
  ];
}

function certificates(pem: string): X509Certificate[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (one) => new X509Certificate(one),
  );
}

/** Whether a certificate is one of the roots, or was signed by one, or by one of the chain of which the same holds. */
function isBelow(
  certificate: X509Certificate,
  chain: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): boolean {
  if (roots.some((root) => root.fingerprint256 === certificate.fingerprint256 || signs(root, certificate))) return true;
  const others = chain.filter((one) => one.fingerprint256 !== certificate.fingerprint256);
  return others.some((one) => signs(one, certificate) && isBelow(one, others, roots));
}

const signs = (issuer: X509Certificate, certificate: X509Certificate) =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
