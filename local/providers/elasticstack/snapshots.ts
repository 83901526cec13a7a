import { z } from "zod";
import type { Properties } from "../properties.ts";
import type { ResourceType } from "../resource-type.ts";
import type { ElasticsearchClient } from "./client.ts";
import { nameIn, step } from "./client.ts";
import * as common from "./schema.ts";

const flag = z.boolean();
const text = z.string();
const s3 = z.strictObject({
  ...{ bucket: text.min(1), basePath: text.optional(), client: text.optional() },
  ...{ serverSideEncryption: flag.optional(), readonly: flag.optional() },
  ...{ maxSnapshotBytesPerSec: text.optional(), maxRestoreBytesPerSec: text.optional() },
});
type S3 = z.infer<typeof s3>;

const repositoryPath = (name: unknown): string => `/_snapshot/${step(name)}`;

function repositorySettings(value: unknown): Properties {
  const { bucket, basePath, client, serverSideEncryption, readonly, ...rates } = value as S3;
  return common.given({
    ...{ bucket, base_path: basePath, client: client ?? "default" },
    ...{ server_side_encryption: serverSideEncryption ?? false, readonly: readonly ?? false },
    max_snapshot_bytes_per_sec: rates.maxSnapshotBytesPerSec,
    max_restore_bytes_per_sec: rates.maxRestoreBytesPerSec,
  });
}

async function putRepository(client: ElasticsearchClient, { name, s3, verify }: Properties): Promise<Properties> {
  // A node that cannot write to the bucket refuses the repository, unless it is not asked.
  await client.put(`${repositoryPath(name)}?verify=${verify !== false}`, {
    type: "s3",
    settings: repositorySettings(s3),
  });
  return { verify: verify ?? true };
}

/** A place for snapshots, of the kind that the stack uses. The local distribution has no S3: it answers with an error. */
export const snapshotRepository: ResourceType<ElasticsearchClient> = {
  inputs: {
    name: common.name,
    s3: { schema: s3, canonical: repositorySettings },
    verify: { schema: flag.optional(), default: true, writeOnly: true },
  },
  outputs: ["verify"],
  id: ({ name }) => name as string,
  create: async (client, inputs) => ({
    id: await client.id(inputs["name"] as string),
    ...(await putRepository(client, inputs)),
  }),
  update: putRepository,
  read: async (client, _state, id) => {
    const found = (await client.find(repositoryPath(nameIn(id))))?.[nameIn(id)] as Properties | undefined;
    if (!found) return undefined;
    if (found["type"] !== "s3") throw new Error(`repository ${nameIn(id)} is of type ${String(found["type"])}, not s3`);
    const live = found["settings"] as Record<string, string | undefined>;
    return {
      name: nameIn(id),
      s3: common.given({
        ...{ bucket: live["bucket"], basePath: live["base_path"], client: live["client"] },
        // Elasticsearch keeps all of them as text.
        serverSideEncryption: live["server_side_encryption"] === "true",
        readonly: live["readonly"] === "true",
        maxSnapshotBytesPerSec: live["max_snapshot_bytes_per_sec"],
        maxRestoreBytesPerSec: live["max_restore_bytes_per_sec"],
      }),
    };
  },
  delete: (client, { name }) => client.remove(repositoryPath(name)),
};

/** What the provider sets if it is not given. */
const defaults: Properties = {
  ...{ snapshotName: "<snap-{now/d}>", expandWildcards: "open,hidden", indices: [], featureStates: [] },
  ...{ includeGlobalState: true, ignoreUnavailable: false, partial: false },
};
const kindsOfIndices = /^(all|open|closed|hidden|none)(,(all|open|closed|hidden|none))*$/;

const policyPath = (name: unknown): string => `/_slm/policy/${step(name)}`;

async function putPolicy(client: ElasticsearchClient, inputs: Properties): Promise<Properties> {
  const all = { ...defaults, ...inputs };
  const retention = common.given({
    ...{ expire_after: all["expireAfter"], max_count: all["maxCount"], min_count: all["minCount"] },
  });
  await client.put(policyPath(all["name"]), {
    ...{ name: all["snapshotName"], schedule: all["schedule"], repository: all["repository"] },
    config: {
      ...{ indices: all["indices"], feature_states: all["featureStates"], partial: all["partial"] },
      ...{ expand_wildcards: all["expandWildcards"], ignore_unavailable: all["ignoreUnavailable"] },
      include_global_state: all["includeGlobalState"],
    },
    ...(Object.keys(retention).length > 0 && { retention }),
  });
  return Object.fromEntries(Object.keys(defaults).map((key): [string, unknown] => [key, all[key]]));
}

/** A policy of snapshots. The local distribution has none: it answers with an error. */
export const snapshotLifecycle: ResourceType<ElasticsearchClient> = {
  inputs: {
    name: common.name,
    repository: { schema: text.min(1) },
    schedule: { schema: text.min(1) },
    snapshotName: { schema: text.optional(), default: defaults["snapshotName"] },
    indices: { schema: z.array(text).optional(), default: defaults["indices"] },
    expandWildcards: {
      schema: text.regex(kindsOfIndices, "is no kind of indices").optional(),
      default: defaults["expandWildcards"],
      // Elasticsearch does not tell it.
      writeOnly: true,
    },
    featureStates: {
      schema: z.array(text).optional(),
      default: defaults["featureStates"],
      canonical: (states) => [...(states as string[])].sort(),
    },
    includeGlobalState: { schema: flag.optional(), default: defaults["includeGlobalState"] },
    ignoreUnavailable: { schema: flag.optional(), default: defaults["ignoreUnavailable"] },
    partial: { schema: flag.optional(), default: defaults["partial"] },
    expireAfter: { schema: text.optional() },
    maxCount: { schema: z.number().int().min(1).optional() },
    minCount: { schema: z.number().int().min(1).optional() },
  },
  outputs: Object.keys(defaults),
  id: ({ name }) => name as string,
  create: async (client, inputs) => ({
    id: await client.id(inputs["name"] as string),
    ...(await putPolicy(client, inputs)),
  }),
  update: putPolicy,
  read: async (client, _state, id) => {
    const found = (await client.find(policyPath(nameIn(id))))?.[nameIn(id)] as Properties | undefined;
    if (!found) return undefined;
    const { name, schedule, repository, config = {}, retention = {} } = found["policy"] as Record<string, Properties>;
    return common.given({
      ...{ name: nameIn(id), snapshotName: name, schedule, repository },
      ...{ indices: config["indices"], featureStates: config["feature_states"], partial: config["partial"] },
      ...{ includeGlobalState: config["include_global_state"], ignoreUnavailable: config["ignore_unavailable"] },
      ...{ expireAfter: retention["expire_after"], maxCount: retention["max_count"], minCount: retention["min_count"] },
    });
  },
  delete: (client, { name }) => client.remove(policyPath(name)),
};
