import { z } from "zod";
import { AskError } from "../../lib/ask-error.ts";
import type { ElasticsearchClient } from "../../lib/elasticsearch/client.ts";
import type { SeriesPlan } from "./store-plan.ts";

type Store = Pick<ElasticsearchClient, "send" | "origin">;
type Series = Pick<SeriesPlan, "name" | "writeAlias" | "generation" | "lifecycle" | "replicas">;

const aliases = z.record(
  z.string(),
  z.object({ aliases: z.record(z.string(), z.object({ is_write_index: z.boolean().optional() })) }),
);
const generations = z.record(
  z.string(),
  z.object({
    mappings: z.object({ _meta: z.object({ generation: z.string().optional() }).optional() }),
  }),
);
const settings = z.record(z.string(), z.object({ settings: z.record(z.string(), z.unknown()) }));

/**
 * Makes sure that a series has an index to write to, and one that was made of the template as it is now: an index keeps the
 * settings and field types that it was made with, so a changed template is for a new one.
 *
 * It asks for the alias, never for the first index: the lifecycle deletes that one like every other. Can be run again.
 *
 * @throws AskError if the store has no such template, refuses, or makes an index of another template.
 */
export async function ensureWriteIndex(store: Store, series: Series): Promise<"created" | "rolled over" | "kept"> {
  await refuseForeignStore(store, series);
  const current = await writeIndexOf(store, series);
  if (current !== undefined && (await generationOf(store, current)) === series.generation) return "kept";
  if (current === undefined) await createNext(store, series);
  else await expect(store, "POST", `/${series.writeAlias}/_rollover`);

  const made = await writeIndexOf(store, series);
  if (made === undefined || (await generationOf(store, made)) !== series.generation) {
    throw new AskError(
      `Elasticsearch at ${store.origin} made ${made ?? "no index"} for ${series.writeAlias}, but not of the template ${series.name}. ` +
        `Does another template match ${series.name}-*? See: GET /_index_template, patterns and priorities.`,
    );
  }
  await copyOlder(store, series);
  if (series.lifecycle !== null) await takeOverOlder(store, { ...series, lifecycle: series.lifecycle }, made);
  return current === undefined ? "created" : "rolled over";
}

/** The engine believes what its state says. A store that was moved, restored or lost has none of it. */
async function refuseForeignStore(store: Store, { name }: Series): Promise<void> {
  const { status, reason } = await store.send("GET", `/_index_template/${name}`);
  if (status === 200) return;
  if (status !== 404) throw refusal(store, `GET /_index_template/${name}`, status, reason);
  throw new AskError(
    `Elasticsearch at ${store.origin} has no template ${name}, although it was made: it is another store, or it lost its data.\n` +
      "  run:     npm run bootstrap -- --stack <stack>, then npm run up -- --stack <stack> --refresh",
  );
}

/** Without a flag an alias writes to its one index, and to none of several. */
async function writeIndexOf(store: Store, { name, writeAlias }: Series): Promise<string | undefined> {
  const { status, document, reason } = await store.send("GET", `/_alias/${writeAlias}`);
  if (status === 404) return undefined;
  if (status !== 200) throw refusal(store, `GET /_alias/${writeAlias}`, status, reason);
  const indices = Object.entries(aliases.parse(document)).map(
    ([index, found]) => [index, found.aliases[writeAlias]?.is_write_index] as const,
  );
  const [only] = indices;
  const [index] = indices.find(([, writes]) => writes) ?? (indices.length === 1 && only![1] !== false ? only! : []);
  if (index !== undefined && !numberIn(name, index)) {
    throw new AskError(
      `${writeAlias} at ${store.origin} writes to ${index}, which is not of this stack: it must be ${name}-<six digits>`,
    );
  }
  return index;
}

async function createNext(store: Store, { name, writeAlias }: Series): Promise<void> {
  const answer = await expect(store, "GET", `/${name}-*/_alias?expand_wildcards=all`);
  const numbers = Object.keys(aliases.parse(answer)).map((index) => numberIn(name, index) ?? 0);
  const next = String(Math.max(0, ...numbers) + 1).padStart(6, "0");
  await expect(store, "PUT", `/${name}-${next}`, { aliases: { [writeAlias]: { is_write_index: true } } });
}

async function generationOf(store: Store, index: string): Promise<string | undefined> {
  return generations.parse(await expect(store, "GET", `/${index}/_mapping`))[index]?.mappings._meta?.generation;
}

/** What was stored while there was one node is lost with that one, until it has copies on others. */
async function copyOlder(store: Store, { name, replicas }: Series): Promise<void> {
  const key = "index.number_of_replicas";
  const found = settings.parse(await expect(store, "GET", `/${name}-*/_settings/${key}?flat_settings`));
  for (const [index, { settings: own }] of Object.entries(found)) {
    if (numberIn(name, index) === undefined || !(Number(own[key]) < replicas)) continue;
    await expect(store, "PUT", `/${index}/_settings`, { [key]: replicas });
  }
}

/** Indices from a time without the lifecycle would be kept for ever. They are closed for writing: their time begins now. */
async function takeOverOlder(store: Store, series: Series & { lifecycle: string }, writing: string): Promise<void> {
  const { name, writeAlias, lifecycle } = series;
  const found = settings.parse(await expect(store, "GET", `/${name}-*/_settings/index.lifecycle.name?flat_settings`));
  const older = Object.entries(found).filter(([index, { settings: own }]) => {
    return index !== writing && numberIn(name, index) !== undefined && !("index.lifecycle.name" in own);
  });
  for (const [index] of older) {
    await expect(store, "PUT", `/${index}/_settings`, {
      "index.lifecycle.name": lifecycle,
      "index.lifecycle.rollover_alias": writeAlias,
      "index.lifecycle.indexing_complete": true,
    });
  }
}

function numberIn(name: string, index: string): number | undefined {
  const digits = index.startsWith(`${name}-`) ? /^\d{6}$/.exec(index.slice(name.length + 1)) : null;
  return digits ? Number(digits[0]) : undefined;
}

async function expect(store: Store, method: "GET" | "PUT" | "POST", path: string, body?: object): Promise<unknown> {
  const { status, document, reason } = await store.send(method, path, body);
  if (status >= 400) throw refusal(store, `${method} ${path}`, status, reason);
  return document;
}

function refusal(store: Store, request: string, status: number, reason: string): AskError {
  return new AskError(`Elasticsearch at ${store.origin} refused ${request}: ${status} ${reason}`);
}
