import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
import type { Context } from "../../config/context.ts";
import { loginKeys } from "./login-keys.ts";
import { vaultPaths } from "./paths.ts";

/** Arguments of {@link Vault}. */
export interface VaultArgs {
  context: Context;
}

/**
 * What the stack needs in the company's Vault: an intermediate CA below the company's root, whose key never leaves Vault,
 * and a login for the cluster's service accounts.
 */
export class Vault extends pulumi.ComponentResource {
  /** Mount of the stack's CA. */
  readonly pki: string;
  /** Mount where the cluster's service accounts log in. */
  readonly login: string;

  constructor(name: string, { context }: VaultArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:vault:Vault", name, {}, opts);
    const paths = vaultPaths(context);
    const child = { parent: this };
    const authorityTtlSeconds = context.settings.vault.authorityDays * 24 * 3600;

    const pki = new vault.Mount(
      `${name}-pki`,
      {
        path: paths.pki,
        type: "pki",
        description: `Certificates of the tracing stack ${context.stack}`,
        maxLeaseTtlSeconds: authorityTtlSeconds,
      },
      child,
    );
    const request = new vault.pkisecret.SecretBackendIntermediateCertRequest(
      `${name}-ca-request`,
      { backend: pki.path, type: "internal", commonName: `Tracing ${context.stack}`, keyType: "ec", keyBits: 256 },
      {
        parent: this,
        deletedWith: pki,
        // The provider never looks whether the key is still there. A mount that was made again has none, but has a new
        // accessor: then the request, and by it the certificate, are made again too.
        replacementTrigger: pki.accessor,
      },
    );
    const signed = new vault.pkisecret.SecretBackendRootSignIntermediate(
      `${name}-ca`,
      {
        backend: context.settings.vault.pkiMount,
        csr: request.csr,
        commonName: `Tracing ${context.stack}`,
        ttl: String(authorityTtlSeconds),
        maxPathLength: 0,
      },
      {
        parent: this,
        // Signed anew long before the end: of one key and one name with the old one, so both verify what either issues.
        replacementTrigger: context.authorityPeriod,
        // The provider accepts another lifetime or issuer without signing anew.
        replaceOnChanges: ["ttl", "issuerRef"],
      },
    );
    const imported = new vault.pkisecret.SecretBackendIntermediateSetSigned(
      `${name}-ca-signed`,
      { backend: pki.path, certificate: signed.certificate },
      { parent: this, deletedWith: pki },
    );
    // Where the company's mount is itself below a root, servers have to send what is between: Vault adds to a certificate
    // all issuers that it knows above. Apart from the CA itself, so that the issuer that was imported is no other.
    new vault.pkisecret.SecretBackendConfigCa(
      `${name}-ca-chain`,
      { backend: pki.path, pemBundle: signed.caChains.apply((chain) => chain.join("\n")) },
      { parent: this, deletedWith: pki, dependsOn: imported },
    );
    // A certificate that is signed anew only joins the old one: Vault goes on issuing by the old one until it is told.
    new vault.pkisecret.SecretBackendConfigIssuers(
      `${name}-ca-default`,
      { backend: pki.path, default: imported.importedIssuers[0]!, defaultFollowsLatestIssuer: true },
      { parent: this, deletedWith: pki },
    );

    new vault.jwt.AuthBackend(
      `${name}-jwt`,
      {
        path: paths.jwt,
        type: "jwt",
        description: `Service accounts of the tracing stack ${context.stack}`,
        boundIssuer: context.settings.cluster.serviceAccountIssuer,
        ...loginKeys(context),
      },
      child,
    );
    this.pki = paths.pki;
    this.login = paths.jwt;
    this.registerOutputs({ pki: this.pki, login: this.login });
  }
}
