import * as elasticstack from "@pulumi/elasticstack";
import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
import type { Context } from "../../config/context.ts";
import { ElasticsearchClient } from "../../lib/elasticsearch/client.ts";
import { credentialsPath, rotationSchedules, rotationWindow } from "../vault/account-in-turn.ts";
import { vaultPaths } from "../vault/paths.ts";
import { storeAdminUrls } from "./addresses.ts";
import { accountsOf, storeNames } from "./names.ts";
import { snapshotPlan } from "./snapshots.ts";
import { storePlan, unusablePasswordHash, type SeriesPlan } from "./store-plan.ts";
import { refuseSeveralClusters } from "./one-cluster.ts";
import { ensureWriteIndex } from "./write-index.ts";

/** Arguments of {@link TraceStore}. */
export interface TraceStoreArgs {
  context: Context;
}

/** What Jaeger needs in Elasticsearch: templates, indices to write to, and two users with few rights for each of its parts. */
export class TraceStore extends pulumi.ComponentResource {
  constructor(name: string, { context }: TraceStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:elasticsearch:TraceStore", name, {}, opts);
    const child = { parent: this };
    const { lifecycles, series, roles } = storePlan(context);
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

    for (const { name: roleName, accounts, cluster, indices, writes } of roles) {
      // Nobody gets the right to write before there is an index to write to. A failed step is done again by the next run:
      // the engine has not made the role then.
      const ensure = () => ensureWriteIndices(context, writes);
      const role = new elasticstack.ElasticsearchSecurityRole(
        `${name}-${roleName}-role`,
        {
          name: roleName,
          clusters: cluster,
          indices: [indices],
          ...(writes.length > 0 && { metadata: JSON.stringify(writtenTo(context, writes)) }),
        },
        {
          ...child,
          ...(writes.length > 0 && {
            dependsOn: writes.map((one) => templates.get(one)!),
            hooks: { beforeCreate: [ensure], beforeUpdate: [ensure] },
          }),
        },
      );
      for (const [index, username] of accounts.entries()) {
        const account = new elasticstack.ElasticsearchSecurityUser(
          `${name}-${username}`,
          {
            username,
            passwordHash: unusablePasswordHash(context.stack, username),
            roles: [roleName],
            enabled: true,
          },
          { ...child, dependsOn: role },
        );
        // Sets a real password at once, and then again and again. Nobody else ever knows it.
        new vault.database.SecretBackendStaticRole(
          `${name}-${username}-password`,
          {
            backend: paths.database,
            dbName: paths.databaseConnection,
            name: username,
            username,
            rotationSchedule: rotationSchedules[index]!,
            rotationWindow,
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
    }
    registerSnapshots(name, context, child);
    // The right to ask who read what: the company gives it to accounts of its Vault.
    new vault.Policy(
      `${name}-audit-policy`,
      {
        name: `${paths.policyPrefix}-audit`,
        policy: accountsOf(storeNames(context).audit.reader)
          .map((account) => `path "${credentialsPath(paths, account)}" {\n  capabilities = ["read"]\n}\n`)
          .join("\n"),
      },
      child,
    );
    this.registerOutputs({
      writeAliases: series.map(({ writeAlias }) => writeAlias),
      users: roles.flatMap(({ accounts }) => accounts),
    });
  }
}

/** Where snapshots go, and when they are made. */
function registerSnapshots(name: string, context: Context, child: pulumi.CustomResourceOptions): void {
  const plan = snapshotPlan(context);
  if (!plan) return;
  const repository = new elasticstack.ElasticsearchSnapshotRepository(
    `${name}-snapshot-repository`,
    plan.repository,
    child,
  );
  new elasticstack.ElasticsearchSnapshotLifecycle(`${name}-snapshot-lifecycle`, plan.policy, {
    ...child,
    dependsOn: repository,
  });
}

/** What changes a writer's role when it needs other indices: another store, or another template. */
function writtenTo({ settings }: Context, series: readonly SeriesPlan[]) {
  return {
    store: storeAdminUrls(settings).join(" "),
    generations: Object.fromEntries(series.map(({ name, generation }) => [name, generation])),
  };
}

/** With the account of the run, as the provider: neither is in the engine's state. */
async function ensureWriteIndices(context: Context, series: readonly SeriesPlan[]): Promise<void> {
  const account = {
    username: process.env["ELASTICSEARCH_USERNAME"] ?? "",
    password: process.env["ELASTICSEARCH_PASSWORD"] ?? "",
  };
  const endpoints = storeAdminUrls(context.settings).map((origin) => ({
    origin,
    connect: { ca: context.elasticsearchCa },
  }));
  await refuseSeveralClusters(endpoints, account);
  await using store = new ElasticsearchClient({ endpoints, account });
  for (const one of series) {
    const outcome = await ensureWriteIndex(store, one);
    if (outcome !== "kept") await pulumi.log.info(`${one.writeAlias}: index ${outcome}`);
  }
}
