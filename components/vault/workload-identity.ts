import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
import type { Context } from "../../config/context.ts";
import { ownMetadata } from "../kubernetes/metadata.ts";
import {
  vaultAgentConfigMap,
  vaultAgentConfigMapName,
  vaultAgentPolicy,
  vaultAudience,
  type VaultAgentPlan,
} from "./vault-agent.ts";
import { vaultPaths } from "./paths.ts";

/** Arguments of {@link WorkloadIdentity}. */
export interface WorkloadIdentityArgs {
  context: Context;
  plan: VaultAgentPlan;
}

/** Vault Agent renews at half of it: what runs survives a day without Vault, with time to notice. */
export const certificateTtlSeconds = 72 * 3600;
const tokenTtlSeconds = 3600;
/** A stolen token cannot be renewed for ever; the agent logs in again by itself. */
const tokenMaxTtlSeconds = 24 * 3600;

/**
 * Who a workload is: its service account, and the Vault role that this account, and no other, can log in to. The role
 * reads what the workload's files need and may issue a certificate for the workload's own names. Pods that use the
 * account depend on this component.
 */
export class WorkloadIdentity extends pulumi.ComponentResource {
  constructor(name: string, { context, plan }: WorkloadIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:vault:WorkloadIdentity", name, {}, opts);
    const paths = vaultPaths(context);
    const { workload, files } = plan;
    const child = { parent: this };

    new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata: ownMetadata(context.settings, workload), automountServiceAccountToken: false },
      child,
    );
    const policy = new vault.Policy(
      `${name}-policy`,
      { name: `${paths.policyPrefix}-${workload}`, policy: vaultAgentPolicy(context, plan) },
      child,
    );
    new vault.jwt.AuthBackendRole(
      `${name}-role`,
      {
        backend: paths.jwt,
        roleName: workload,
        roleType: "jwt",
        userClaim: "sub",
        boundAudiences: [vaultAudience],
        boundSubject: `system:serviceaccount:${context.settings.cluster.namespace}:${workload}`,
        tokenPolicies: [policy.name],
        tokenNoDefaultPolicy: true,
        tokenTtl: tokenTtlSeconds,
        tokenMaxTtl: tokenMaxTtlSeconds,
      },
      child,
    );
    for (const file of files) {
      if (file.kind !== "certificate") continue;
      new vault.pkisecret.SecretBackendRole(
        `${name}-certificate`,
        {
          backend: paths.pki,
          name: workload,
          allowedDomains: [...file.dnsNames, ...(file.pods ?? [])],
          allowBareDomains: true,
          allowSubdomains: false,
          allowGlobDomains: false,
          allowWildcardCertificates: false,
          allowAnyName: false,
          allowIpSans: false,
          allowLocalhost: false,
          enforceHostnames: true,
          serverFlag: true,
          // Servers of the stack let in whoever has a client's certificate: only those who deliver spans have one.
          clientFlag: file.client ?? file.pods !== undefined,
          keyType: "ec",
          keyBits: 256,
          ttl: String(certificateTtlSeconds),
          maxTtl: String(certificateTtlSeconds),
          // Short-lived: nothing to revoke, nothing to store.
          noStore: true,
          generateLease: false,
        },
        child,
      );
    }
    new k8s.core.v1.ConfigMap(
      `${name}-agent`,
      {
        metadata: ownMetadata(context.settings, vaultAgentConfigMapName(workload), { workload }),
        data: vaultAgentConfigMap(context, plan),
      },
      child,
    );
    this.registerOutputs({ role: workload, policy: policy.name });
  }
}
