import type { ResourceType } from "../resource-type.ts";
import type { VaultClient } from "./client.ts";
import { authBackend, mount } from "./engines.ts";
import { certRequest, configCa, setSigned, signIntermediate } from "./intermediate.ts";
import { authBackendRole, issuersConfig, pkiRole, policy, staticRole } from "./objects.ts";

/** Every resource type that the stack uses, by the real provider's token. */
export const resources: Readonly<Record<string, ResourceType<VaultClient>>> = {
  "vault:index/mount:Mount": mount,
  "vault:index/policy:Policy": policy,
  "vault:jwt/authBackend:AuthBackend": authBackend,
  "vault:jwt/authBackendRole:AuthBackendRole": authBackendRole,
  "vault:pkiSecret/secretBackendIntermediateCertRequest:SecretBackendIntermediateCertRequest": certRequest,
  "vault:pkiSecret/secretBackendRootSignIntermediate:SecretBackendRootSignIntermediate": signIntermediate,
  "vault:pkiSecret/secretBackendIntermediateSetSigned:SecretBackendIntermediateSetSigned": setSigned,
  "vault:pkiSecret/secretBackendConfigCa:SecretBackendConfigCa": configCa,
  "vault:pkiSecret/secretBackendConfigIssuers:SecretBackendConfigIssuers": issuersConfig,
  "vault:pkiSecret/secretBackendRole:SecretBackendRole": pkiRole,
  "vault:database/secretBackendStaticRole:SecretBackendStaticRole": staticRole,
};
