import { isRefusedCertificate } from "../../../lib/tls.ts";
import type { VaultError } from "../../../lib/vault-client.ts";
import { lacking, stop, unread, type Finding } from "../finding.ts";

/** Minor version of Vault 1 from which on it has all that the stack makes in it. */
const since = 15;

/** What Vault tells everybody about itself. */
export interface Health {
  initialized: boolean;
  sealed: boolean;
  /** For example `1.20.4` or `1.18.2+ent`; empty where the company hides it. */
  version: string;
  replication_dr_mode?: string;
}

/** Asked so, a Vault that serves nobody answers as well. */
export const healthPath =
  "sys/health?standbyok=true&perfstandbyok=true&sealedcode=200&uninitcode=200&drsecondarycode=200";

/** A Vault that answers: whether it serves, and is new enough. */
export function judgeHealth({ initialized, sealed, version, replication_dr_mode }: Health): Finding[] {
  if (!initialized) return [stop("it has no keys yet", "vault operator init, then again")];
  if (sealed) return [stop("it is sealed: it serves nobody", "vault operator unseal, then again")];
  if (replication_dr_mode === "secondary")
    return [
      stop(
        "it is a secondary for disaster recovery: it serves nobody",
        "vault: {address: <the primary, or a performance secondary>}",
      ),
    ];
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return [unread("its version: it does not tell")];
  return Number(major) > 1 || Number(minor) >= since
    ? []
    : [stop(`Vault ${version} is too old`, `Vault 1.${since} or newer`)];
}

/** A Vault that was not reached, or is none. A reviewer may have no way to it: a preview goes on. */
export function judgeUnreached({ message, status, cause }: VaultError): Finding {
  const error = cause as NodeJS.ErrnoException;
  return status === 0 && isRefusedCertificate(error)
    ? stop(message, otherwise[error.code ?? ""] ?? "vault: {caFile: <PEM file with the CA of its certificate>}")
    : lacking(message, "vault: {address: …}, or a way there for whoever runs this");
}

/** Where the certificate is of the right CA, and refused all the same. */
const otherwise: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: "vault: {address: <with a name that its certificate has>}",
  CERT_HAS_EXPIRED: "a new certificate for Vault",
};
