import { createHash } from "node:crypto";
import type { Context } from "../../config/context.ts";
import { allView, storageGroups, viewNames } from "../../lib/names.ts";
import { auditMappings, mappings } from "./mappings.ts";
import {
  auditAlias,
  auditIndex,
  auditReaderName,
  auditWriterName,
  indexKinds,
  readAlias,
  readerName,
  writeAlias,
  writerName,
  type IndexKind,
} from "./names.ts";

/** An index template of a group, and the first index that it serves. */
interface IndexPlan {
  /** Name of the template, and prefix of its indices, which are counted after a hyphen. */
  name: string;
  writeAlias: string;
  template: { settings: object; mappings: object; aliases: readonly string[] };
}

/** A user of the store and what it may do. Role and user have the same name. */
interface UserPlan {
  name: string;
  cluster: string[];
  indices: { names: string[]; privileges: string[] };
}

/** When the indices of a kind are rolled over and deleted. */
interface LifecyclePlan {
  name: string;
  rolloverMaxAge: string;
  rolloverMaxSize: string;
  /** Counted from the rollover: an index holds at most {@link rolloverMaxAge} before it. */
  deleteMinAge: string;
}

/** Everything that the stack makes in Elasticsearch. */
export interface StorePlan {
  /** None where the distribution has no lifecycle management. */
  lifecycles: LifecyclePlan[];
  indices: IndexPlan[];
  users: UserPlan[];
}

/**
 * Plans templates, first indices and users. One index prefix a group, one writer a group, one reader a view: the store
 * itself keeps groups apart. The view over all groups is an alias that every group's template carries. Beside them, who
 * read what: written by the proxies before all views as one user, who can do nothing but add.
 *
 * Rights are on aliases, not on indices: they stay right when an index is rolled over.
 */
export function storePlan({
  stack,
  settings,
  landscape,
}: Pick<Context, "stack" | "settings" | "landscape">): StorePlan {
  const { elasticsearch, retentionDays, access } = settings;
  const traces = { name: `tracing-${stack}`, rolloverMaxAge: "1d", rolloverMaxSize: "50gb" };
  const audit = { name: auditIndex(stack), rolloverMaxAge: "7d", rolloverMaxSize: "50gb" };
  const lifecycles = elasticsearch.lifecycle
    ? [
        { ...traces, deleteMinAge: `${retentionDays}d` },
        { ...audit, deleteMinAge: `${access.auditDays}d` },
      ]
    : [];
  const settingsOf = (lifecycle: string, alias: string) =>
    indexSettings(elasticsearch.mode, elasticsearch.lifecycle ? lifecycle : undefined, alias);
  const groups = storageGroups(landscape.groups);
  const views = viewNames(landscape.groups);
  return {
    lifecycles,
    indices: [
      ...groups.flatMap((group) =>
        indexKinds.map((kind) => ({
          name: `${group}-jaeger-${kind}`,
          writeAlias: writeAlias(group, kind),
          template: {
            settings: settingsOf(traces.name, writeAlias(group, kind)),
            mappings: mappings[kind],
            aliases: [readAlias(group, kind), readAlias(allView, kind)],
          },
        })),
      ),
      {
        name: auditIndex(stack),
        writeAlias: auditAlias(stack, "write"),
        template: {
          settings: settingsOf(audit.name, auditAlias(stack, "write")),
          mappings: auditMappings,
          aliases: [auditAlias(stack, "read")],
        },
      },
    ],
    users: [
      ...groups.map((group) => ({
        name: writerName(group),
        // Without it a collector that lost its connection stays stuck for ever, while its health says OK.
        cluster: ["cluster:monitor/main"],
        indices: { names: aliases(writeAlias, group), privileges: ["index"] },
      })),
      ...views.map((view) => ({
        name: readerName(view),
        cluster: [],
        indices: { names: aliases(readAlias, view), privileges: ["read"] },
      })),
      {
        name: auditWriterName(stack),
        cluster: [],
        // A document with an id that is there already is refused, so none can be replaced.
        indices: { names: [auditAlias(stack, "write")], privileges: ["create_doc"] },
      },
      {
        name: auditReaderName(stack),
        cluster: [],
        indices: { names: [auditAlias(stack, "read")], privileges: ["read"] },
      },
    ],
  };
}

function aliases(alias: (prefix: string, kind: IndexKind) => string, prefix: string): string[] {
  return indexKinds.map((kind) => alias(prefix, kind));
}

function indexSettings(mode: "managed" | "external", lifecycle: string | undefined, alias: string) {
  return {
    "index.number_of_shards": 1,
    // A managed Elasticsearch has one node: a replica could never be placed.
    "index.number_of_replicas": mode === "managed" ? 0 : 1,
    "index.mapping.nested_fields.limit": 50,
    "index.requests.cache.enable": true,
    ...(lifecycle && { "index.lifecycle.name": lifecycle, "index.lifecycle.rollover_alias": alias }),
  };
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
