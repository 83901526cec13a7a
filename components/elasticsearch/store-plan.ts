import { createHash } from "node:crypto";
import type { Context } from "../../config/context.ts";
import { agesOf, copiesOf, timeUnits, type Kept } from "../../config/retention.ts";
import { largestShardGb } from "../../config/sizing.ts";
import { allView, storageGroups, viewNames } from "../../lib/names.ts";
import { allowedKeys } from "../collector/redaction/allowed-keys.ts";
import { mappings } from "./mappings.ts";
import type { AccountPair } from "../vault/account-in-turn.ts";
import { accountsOf, indexKinds, storeNames } from "./names.ts";

/** When indices are closed for writing, and when they are deleted. */
interface LifecyclePlan {
  name: string;
  rolloverMaxAge: string;
  rolloverMaxSize: string;
  /** Counted from the rollover. */
  deleteMinAge: string;
}

/** A series of indices: one is written to, the older ones are read until they are deleted. */
export interface SeriesPlan {
  /** Name of the template, and prefix of the indices. */
  name: string;
  writeAlias: string;
  template: { settings: object; mappings: object; aliases: readonly string[] };
  /** Hash of the template: an index says by it what it was made of. */
  generation: string;
  /** Of each shard, beside the first. */
  replicas: number;
  /** Name of its lifecycle policy. Null where the distribution has none. */
  lifecycle: string | null;
}

/** What somebody may do in the store. */
interface RolePlan {
  name: string;
  /** The users that have it, in turn. */
  accounts: AccountPair;
  cluster: string[];
  indices: { names: string[]; privileges: string[] };
  /** The series that it writes: they must be there before it is. */
  writes: SeriesPlan[];
}

/** Everything that the stack makes in Elasticsearch. */
export interface StorePlan {
  /** None where the distribution has no lifecycle management. */
  lifecycles: Partial<Record<Kept, LifecyclePlan>>;
  series: SeriesPlan[];
  roles: RolePlan[];
}

type StoreContext = Pick<Context, "stack" | "settings" | "landscape">;

/**
 * Plans templates, series of indices and users. One index prefix a group, one writer a group, one reader a view: the store
 * itself keeps groups apart. The view over all groups is an alias that every group's template carries. Beside them, who
 * read what: written by the proxies before all views as one user, who can do nothing but add.
 *
 * Rights are on aliases, not on indices: they stay right when an index is rolled over.
 */
export function storePlan(context: StoreContext): StorePlan {
  const names = storeNames(context);
  const { audit } = names;
  const types = mappings([...allowedKeys, ...context.settings.privacy.allowedAttributes]);
  const lifecycles = context.settings.elasticsearch.lifecycle ? lifecyclesOf(context, audit.indices) : {};
  const replicas = copiesOf(context.settings.elasticsearch) - 1;
  const groups = storageGroups(context.landscape.groups).map((group) => ({
    group,
    series: indexKinds.map((kind) =>
      seriesOf({
        name: names.indices(group, kind),
        writeAlias: names.writeAlias(group, kind),
        readAliases: [names.readAlias(group, kind), names.readAlias(allView, kind)],
        ...{ kind, replicas, lifecycles, mappings: types[kind] },
      }),
    ),
  }));
  const records = seriesOf({
    name: audit.indices,
    writeAlias: audit.writeAlias,
    readAliases: [audit.readAlias],
    ...{ kind: "audit", replicas, lifecycles, mappings: types.audit },
  });
  return {
    lifecycles,
    series: [...groups.flatMap(({ series }) => series), records],
    roles: [
      ...groups.map(({ group, series }) => ({
        name: names.writer(group),
        // Without it a collector that lost its connection stays stuck for ever, while its health says OK.
        cluster: ["cluster:monitor/main"],
        indices: { names: series.map(({ writeAlias }) => writeAlias), privileges: ["index"] },
        writes: series,
      })),
      ...viewNames(context.landscape.groups).map((view) => ({
        name: names.reader(view),
        cluster: [],
        indices: { names: indexKinds.map((kind) => names.readAlias(view, kind)), privileges: ["read"] },
        writes: [],
      })),
      {
        name: audit.writer,
        cluster: [],
        // A document with an id that is there already is refused, so none can be replaced.
        indices: { names: [audit.writeAlias], privileges: ["create_doc"] },
        writes: [records],
      },
      { name: audit.reader, cluster: [], indices: { names: [audit.readAlias], privileges: ["read"] }, writes: [] },
    ].map((role) => ({ ...role, accounts: accountsOf(role.name) })),
  };
}

function lifecyclesOf({ stack, settings }: StoreContext, audit: string): Record<Kept, LifecyclePlan> {
  const lifecycle = (kind: Kept, name: string, days: number): LifecyclePlan => {
    const ages = agesOf(days, kind);
    return {
      name,
      rolloverMaxAge: timeUnits(ages.rollover),
      rolloverMaxSize: `${largestShardGb}gb`,
      deleteMinAge: timeUnits(ages.delete),
    };
  };
  const { retentionDays, access } = settings;
  return {
    span: lifecycle("span", `tracing-${stack}`, retentionDays),
    service: lifecycle("service", `tracing-${stack}-service`, retentionDays),
    audit: lifecycle("audit", audit, access.auditDays),
  };
}

interface SeriesOptions {
  name: string;
  writeAlias: string;
  readAliases: string[];
  kind: Kept;
  replicas: number;
  lifecycles: StorePlan["lifecycles"];
  mappings: object;
}

function seriesOf({ name, writeAlias, readAliases, kind, replicas, lifecycles, mappings }: SeriesOptions): SeriesPlan {
  const lifecycle = lifecycles[kind]?.name ?? null;
  const settings = {
    "index.number_of_shards": 1,
    "index.number_of_replicas": replicas,
    // A quarter less: documents of spans are full of the same names.
    "index.codec": "best_compression",
    "index.mapping.nested_fields.limit": 50,
    "index.requests.cache.enable": true,
    ...(lifecycle && { "index.lifecycle.name": lifecycle, "index.lifecycle.rollover_alias": writeAlias }),
  };
  const generation = shortHash({ settings, mappings, aliases: readAliases });
  return {
    name,
    writeAlias,
    template: { settings, mappings: { _meta: { generation }, ...mappings }, aliases: readAliases },
    generation,
    replicas,
    lifecycle,
  };
}

function shortHash(value: object): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 12);
}

/**
 * A password hash without a password: it has the form of bcrypt, but nobody has hashed anything to get it. A user is
 * created with it and cannot log in until Vault's database engine has set a password, which the engine never sees.
 */
export function unusablePasswordHash(stack: string, user: string): string {
  const alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const bytes = createHash("sha512").update(`${stack}/${user}`).digest().subarray(0, 53);
  return `$2a$10$${[...bytes].map((byte) => alphabet[byte % 64]).join("")}`;
}
