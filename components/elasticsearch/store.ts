import * as elasticstack from "@pulumi/elasticstack";
import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
import type { Context } from "../../config/context.ts";
import { vaultPaths } from "../vault/paths.ts";
import { auditReaderName } from "./names.ts";
import { storePlan, unusablePasswordHash } from "./store-plan.ts";

/** Arguments of {@link TraceStore}. */
export interface TraceStoreArgs {
  context: Context;
}

/** How often Vault sets new passwords, seconds. */
const rotationPeriod = 30 * 24 * 3600;

/** What Jaeger needs in Elasticsearch: templates, first indices and aliases, and a user with few rights for each of its parts. */
export class TraceStore extends pulumi.ComponentResource {
  constructor(name: string, { context }: TraceStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:elasticsearch:TraceStore", name, {}, opts);
    const child = { parent: this };
    const { lifecycles, indices, users } = storePlan(context);
    const paths = vaultPaths(context);

    const policies = lifecycles.map(
      (lifecycle, index) =>
        new elasticstack.ElasticsearchIndexLifecycle(
          index === 0 ? `${name}-lifecycle` : `${name}-${lifecycle.name}-lifecycle`,
          {
            name: lifecycle.name,
            hot: { rollover: { maxAge: lifecycle.rolloverMaxAge, maxPrimaryShardSize: lifecycle.rolloverMaxSize } },
            delete: { minAge: lifecycle.deleteMinAge, delete: {} },
            // Indices that came after the first one are not the stack's: they still name the policy when it is destroyed.
            forceDestroy: true,
          },
          child,
        ),
    );

    for (const index of indices) {
      const template = new elasticstack.ElasticsearchIndexTemplate(
        `${name}-${index.name}-template`,
        {
          name: index.name,
          indexPatterns: [`${index.name}-*`],
          priority: 500,
          template: {
            settings: JSON.stringify(index.template.settings),
            mappings: JSON.stringify(index.template.mappings),
            aliases: index.template.aliases.map((alias) => ({ name: alias })),
          },
        },
        { ...child, dependsOn: policies },
      );
      new elasticstack.ElasticsearchIndex(
        `${name}-${index.name}-first`,
        {
          name: `${index.name}-000001`,
          aliases: [{ name: index.writeAlias, isWriteIndex: true }],
          // Traces are there to be deleted after their time; to destroy the stack deletes them too.
          deletionProtection: false,
        },
        {
          ...child,
          dependsOn: template,
          // After the first rollover the write alias points to a newer index: it must not be moved back.
          ignoreChanges: ["aliases"],
        },
      );
    }

    for (const user of users) {
      const role = new elasticstack.ElasticsearchSecurityRole(
        `${name}-${user.name}-role`,
        { name: user.name, clusters: user.cluster, indices: [user.indices] },
        child,
      );
      const account = new elasticstack.ElasticsearchSecurityUser(
        `${name}-${user.name}`,
        {
          username: user.name,
          passwordHash: unusablePasswordHash(context.stack, user.name),
          roles: [user.name],
          enabled: true,
        },
        { ...child, dependsOn: role },
      );
      // Sets a real password at once, and then again and again. Nobody else ever knows it.
      new vault.database.SecretBackendStaticRole(
        `${name}-${user.name}-password`,
        {
          backend: paths.database,
          dbName: paths.databaseConnection,
          name: user.name,
          username: user.name,
          rotationPeriod,
        },
        { ...child, dependsOn: account },
      );
    }
    // The right to ask who read what: the company gives it to accounts of its Vault.
    new vault.Policy(
      `${name}-audit-policy`,
      {
        name: `${paths.policyPrefix}-audit`,
        policy: `path "${paths.database}/static-creds/${auditReaderName(context.stack)}" {\n  capabilities = ["read"]\n}\n`,
      },
      child,
    );
    this.registerOutputs({
      writeAliases: indices.map(({ writeAlias }) => writeAlias),
      users: users.map((user) => user.name),
    });
  }
}
