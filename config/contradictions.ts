import { accessContradictions } from "./access-contradictions.ts";
import { clusterContradictions } from "./cluster-contradictions.ts";
import { namespaceOfService } from "../lib/cluster-address.ts";
import { frontEndContradictions } from "./front-end-contradictions.ts";
import { storageGroups } from "../lib/names.ts";
import { exampleFor, message, writeAs } from "./explain.ts";
import { jaegerContradictions } from "./jaeger-version.ts";
import { resolveLandscape } from "./landscape.ts";
import { copiesOf, shardsOf } from "./retention.ts";
import type { Catalogue } from "./model.ts";
import type { Schema } from "./schema-walk.ts";
import { demandOf } from "./demand.ts";
import { sizingContradictions } from "./sizing-contradictions.ts";
import { snapshotContradictions } from "./snapshot-contradictions.ts";
import { needOf } from "./sizing.ts";
import type { Settings } from "./settings.ts";
import { wiringContradictions } from "./wiring-contradictions.ts";

/**
 * What is wrong with settings of which each is right by itself.
 *
 * @param schema of the settings, for the lines to write.
 * @returns messages of the same form as for a single wrong setting. None: the settings fit each other.
 */
export function contradictions(catalogue: Catalogue, schema: Schema, settings: Settings): string[] {
  return [
    ...clusterContradictions(catalogue, schema, settings),
    ...sharedIdentities(catalogue, settings),
    ...wiringContradictions(catalogue, settings),
    ...unreachableStore(schema, settings),
    ...snapshotContradictions(settings),
    ...jaegerContradictions(settings),
    ...frontEndContradictions(catalogue, settings),
    ...tooManyShards(catalogue, settings),
    ...sizingContradictions(catalogue, settings),
    ...accessContradictions(catalogue.groups, schema, settings),
  ];
}

/** The gateway knows a service by its service account: two with the same one could not be told apart. */
function sharedIdentities(catalogue: Catalogue, settings: Settings): string[] {
  const owners = new Map<string, string>();
  return resolveLandscape(catalogue, settings).services.flatMap(({ id, namespace, serviceAccount }) => {
    const identity = `${namespace}/${serviceAccount}`;
    const other = owners.get(identity);
    owners.set(identity, other ?? id);
    if (other === undefined) return [];
    return message(
      ["services", id, "serviceAccount"],
      serviceAccount,
      `${other} has it too in namespace ${namespace}, and spans are told apart by it`,
      { write: "a service account of its own for each workload, and its name here" },
    );
  });
}

/** A Vault outside of the cluster sets passwords in an Elasticsearch inside of it. */
function unreachableStore(schema: Schema, settings: Settings): string[] {
  const { elasticsearch, vault } = settings;
  if (elasticsearch.mode === "external" || elasticsearch.publish || namespaceOfService(vault.address)) return [];
  return [
    message(
      ["elasticsearch", "publish"],
      undefined,
      `is missing: Vault at ${vault.address} is outside of the cluster, and sets the passwords of the Elasticsearch inside of it`,
      { write: exampleFor(schema, ["elasticsearch", "publish"], settings) },
    ),
  ];
}

/** `cluster.max_shards_per_node`, as Elasticsearch has it. */
const shardsPerNode = 1_000;

/** At the limit a rollover fails, and with it all later deletion: the disk fills. How many nodes an external one has is not known. */
function tooManyShards(catalogue: Catalogue, settings: Settings): string[] {
  const { elasticsearch, retentionDays, access } = settings;
  if (elasticsearch.mode === "external" || !elasticsearch.lifecycle) return [];
  const demand = demandOf(catalogue, settings);
  const { nodes } = elasticsearch;
  const shards = (days: number) =>
    (demand ? needOf({ ...demand, retentionDays: days }).shardsBySize : 0) +
    shardsOf(
      { retentionDays: days, auditDays: access.auditDays },
      { groups: storageGroups(catalogue.groups).length, copies: copiesOf(elasticsearch) },
    );
  const most = nodes * shardsPerNode;
  if (shards(retentionDays) <= most) return [];
  const fitting = Array.from({ length: retentionDays }, (_, less) => retentionDays - less).find(
    (days) => shards(days) <= most,
  );
  return [
    message(
      ["retentionDays"],
      retentionDays,
      `makes ${shards(retentionDays)} shards for ${catalogue.groups.length} groups, and ${nodes === 1 ? "a node" : `${nodes} nodes`} of Elasticsearch take${nodes === 1 ? "s" : ""} ${most}`,
      {
        write: fitting
          ? writeAs(["retentionDays"], fitting)
          : "more elasticsearch.nodes, elasticsearch: {mode: external, …}, or fewer groups",
      },
    ),
  ];
}
