import * as elasticstack from "@pulumi/elasticstack";
import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
import type { Context } from "../../config/context.ts";
import { ElasticsearchClient } from "../../lib/elasticsearch/client.ts";
import { vaultPaths } from "../vault/paths.ts";
import { storeAdminUrl } from "./addresses.ts";
import { storeNames } from "./names.ts";
import { storePlan, unusablePasswordHash, type SeriesPlan } from "./store-plan.ts";
import { ensureWriteIndex } from "./write-index.ts";

/** Arguments of {@link TraceStore}. */
export interface TraceStoreArgs {
  context: Context;
}

/** How often Vault sets new passwords, seconds. */
const rotationPeriod = 30 * 24 * 3600;

/** What Jaeger needs in Elasticsearch: templates, indices to write to, and a user with few rights for each of its parts. */
export class TraceStore extends pulumi.ComponentResource {
  constructor(name: string, { context }: TraceStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:elasticsearch:TraceStore", name, {}, opts);
    const child = { parent: this };
    const { lifecycles, series, users } = storePlan(context);
    const paths = vaultPaths(context);

    const policies = Object.entries(lifecycles).map(
      ([kind, lifecycle]) =>
        new elasticstack.ElasticsearchIndexLifecycle(
          `${name}-lifecycle${kind === "span" ? "" : `-${kind}`}`,
          {
            name: lifecycle.name,
            hot: { rollover: { maxAge: lifecycle.rolloverMaxAge, maxPrimaryShardSize: lifecycle.rolloverMaxSize } },
            delete: { minAge: lifecycle.deleteMinAge, delete: {} },
          },
          // Indices outlive the stack, see decision 0024: without the policy they would be kept for ever.
          { ...child, retainOnDelete: true },
        ),
    );
    if (policies.length === 0) {
      void pulumi.log.warn(
        "elasticsearch.lifecycle is false: nothing is ever deleted; retentionDays and access.auditDays have no effect.",
        this,
      );
    }

    const templates = new Map(
      series.map((one) => [
        one,
        new elasticstack.ElasticsearchIndexTemplate(
          `${name}-${one.name}-template`,
          {
            name: one.name,
            indexPatterns: [`${one.name}-*`],
            priority: 500,
            template: {
              settings: JSON.stringify(one.template.settings),
              mappings: JSON.stringify(one.template.mappings),
              aliases: one.template.aliases.map((alias) => ({ name: alias })),
            },
          },
          { ...child, dependsOn: policies },
        ),
      ]),
    );

    for (const user of users) {
      // Nobody gets the right to write before there is an index to write to. A failed step is done again by the next run:
      // the engine has not made the role then.
      const ensure = () => ensureWriteIndices(context, user.writes);
      const role = new elasticstack.ElasticsearchSecurityRole(
        `${name}-${user.name}-role`,
        {
          name: user.name,
          clusters: user.cluster,
          indices: [user.indices],
          ...(user.writes.length > 0 && { metadata: JSON.stringify(writtenTo(context, user.writes)) }),
        },
        {
          ...child,
          ...(user.writes.length > 0 && {
            dependsOn: user.writes.map((one) => templates.get(one)!),
            hooks: { beforeCreate: [ensure], beforeUpdate: [ensure] },
          }),
        },
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
        {
          ...child,
          dependsOn: account,
          // An id begins with the cluster's: in another cluster the user has no password, whatever Vault remembers.
          replacementTrigger: account.id,
          // The new one has the old one's path.
          deleteBeforeReplace: true,
        },
      );
    }
    // The right to ask who read what: the company gives it to accounts of its Vault.
    new vault.Policy(
      `${name}-audit-policy`,
      {
        name: `${paths.policyPrefix}-audit`,
        policy: `path "${paths.database}/static-creds/${storeNames(context).audit.reader}" {\n  capabilities = ["read"]\n}\n`,
      },
      child,
    );
    this.registerOutputs({
      writeAliases: series.map(({ writeAlias }) => writeAlias),
      users: users.map((user) => user.name),
    });
  }
}

/** What changes a writer's role when it needs other indices: another store, or another template. */
function writtenTo({ settings }: Context, series: readonly SeriesPlan[]) {
  return {
    store: storeAdminUrl(settings),
    generations: Object.fromEntries(series.map(({ name, generation }) => [name, generation])),
  };
}

/** With the account of the run, as the provider: neither is in the engine's state. */
async function ensureWriteIndices(context: Context, series: readonly SeriesPlan[]): Promise<void> {
  await using store = new ElasticsearchClient({
    origin: storeAdminUrl(context.settings),
    account: {
      username: process.env["ELASTICSEARCH_USERNAME"] ?? "",
      password: process.env["ELASTICSEARCH_PASSWORD"] ?? "",
    },
    connect: { ca: context.elasticsearchCa },
  });
  for (const one of series) {
    const outcome = await ensureWriteIndex(store, one);
    if (outcome !== "kept") await pulumi.log.info(`${one.writeAlias}: index ${outcome}`);
  }
}
