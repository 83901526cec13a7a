import { z } from "zod";
import { AskError } from "../ask-error.ts";
import { ElasticsearchClient, type ElasticsearchReach } from "./client.ts";

/** A document as it is stored. */
export interface Stored {
  index: string;
  id: string;
  source: Record<string, unknown>;
}

/** Indices of the store, read with the rights of one account. */
export interface Store extends AsyncDisposable {
  /** Those indices that the account sees, with the number of their documents. */
  indices(): Promise<Map<string, number>>;
  /** Number of the documents that match. */
  count(query: object): Promise<number>;
  /**
   * The documents that match, page by page, as they were when the reading began.
   *
   * @param part `fields`: what of them is read, default all. `sort`: Elasticsearch's, default as they come. `total`: is told
   *   before the first page how many there are; a count would be of another moment.
   */
  pages(
    query: object,
    part?: { fields?: readonly string[]; sort?: readonly object[]; total?: (documents: number) => void },
  ): AsyncGenerator<Stored[]>;
}

/** How to reach the store. */
export interface StoreReach extends ElasticsearchReach {
  /** Index, alias or pattern that is read. */
  indices: string;
  /** Name for people of who may read it, for messages. */
  reader: string;
}

const pageSize = 1_000;
/** Of a few fields: the store's limit. */
const narrowPageSize = 10_000;
/** How long the store keeps a reading open between two pages. One that is broken off ends by itself. */
const keepAlive = "1m";

const shards = z.object({ timed_out: z.boolean(), _shards: z.object({ failed: z.number() }) });
const total = z.object({ hits: z.object({ total: z.object({ value: z.number() }) }) });
const perIndex = z.object({
  aggregations: z.object({
    indices: z.object({
      sum_other_doc_count: z.literal(0),
      buckets: z.array(z.object({ key: z.string(), doc_count: z.number() })),
    }),
  }),
});
const page = z.object({
  _scroll_id: z.string(),
  hits: z.object({
    total: z.object({ value: z.number() }),
    hits: z.array(
      z.object({
        _index: z.string(),
        _id: z.string(),
        _source: z.record(z.string(), z.unknown()),
      }),
    ),
  }),
});

/** Elasticsearch's HTTP API, as far as reading needs it. */
export function openStore(reach: StoreReach): Store {
  const { indices, reader, account, signal } = reach;
  const client = new ElasticsearchClient(reach);

  async function ask<T extends z.ZodType>(
    schema: T,
    method: "POST" | "DELETE",
    path: string,
    body?: object,
  ): Promise<z.output<T>> {
    const { status, document, reason } = await client.send(method, path, body);
    if (status >= 400) throw refusal(status, reason);
    const answer = schema.safeParse(document);
    if (answer.success) return answer.data;
    throw new AskError(
      `Elasticsearch at ${client.origin}: ${path} gave an answer of unknown form: ${z.prettifyError(answer.error)}`,
    );
  }

  function refusal(status: number, reason: string): AskError {
    const who = `Elasticsearch at ${client.origin} refused ${account.username}: ${status} ${reason}`;
    if (status === 401) return new AskError(`${who}. See ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD.`);
    // For an account without rights on any of them, there are none.
    if (status === 403 || status === 404) {
      return new AskError(
        `${who}. The account must be able to read ${indices}. ` +
          `The one that \`pulumi up\` has may not: without ELASTICSEARCH_USERNAME, ${reader} is taken out of Vault.`,
      );
    }
    return new AskError(who, { transient: status === 429 || status >= 500 });
  }

  /** @throws AskError if a part of the store did not answer: what it holds was not searched. */
  async function search<T extends z.ZodType>(schema: T, path: string, body: object): Promise<z.output<T>> {
    const answer = await ask(z.intersection(shards, schema), "POST", path, body);
    const { timed_out, _shards } = shards.parse(answer);
    if (timed_out || _shards.failed > 0) {
      throw new AskError(
        `Elasticsearch at ${client.origin}: ${_shards.failed} shards did not answer. See its health.`,
        {
          transient: true,
        },
      );
    }
    return answer;
  }

  const searchPath = `/${indices}/_search?allow_no_indices=false&allow_partial_search_results=false`;
  return {
    async indices() {
      const aggs = { indices: { terms: { field: "_index", size: 10_000 } } };
      const { aggregations } = await search(perIndex, searchPath, { size: 0, aggs });
      return new Map(aggregations.indices.buckets.map(({ key, doc_count }) => [key, doc_count]));
    },
    async count(query) {
      const { hits } = await search(total, searchPath, { size: 0, query, track_total_hits: true });
      return hits.total.value;
    },
    // A scroll, not the newer point in time: that one is checked against the indices behind the aliases, and the readers' rights
    // are on aliases.
    async *pages(query, { fields, sort = ["_doc"], total: tell } = {}) {
      const part = fields ? { size: narrowPageSize, _source: fields } : { size: pageSize };
      const first = { ...part, query, sort, track_total_hits: true };
      let found = await search(page, `${searchPath}&scroll=${keepAlive}`, first);
      tell?.(found.hits.total.value);
      try {
        while (found.hits.hits.length > 0) {
          yield found.hits.hits.map(({ _index, _id, _source }) => ({ index: _index, id: _id, source: _source }));
          found = await search(page, "/_search/scroll", { scroll: keepAlive, scroll_id: found._scroll_id });
        }
      } finally {
        // An interrupted one ends by itself.
        if (!signal?.aborted) await ask(z.unknown(), "DELETE", "/_search/scroll", { scroll_id: found._scroll_id });
      }
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}
