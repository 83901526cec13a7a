import { z } from "zod";
import type { ElasticsearchClient } from "../../../lib/elasticsearch/client.ts";
import { AskError } from "../../../lib/ask-error.ts";

/** How an index is made. */
export interface IndexForm {
  readonly settings: object;
  readonly mappings: object;
}

/** An index, and what is written to it. */
export interface Variant extends IndexForm {
  readonly documents: readonly string[];
}

const batch = 500;
const statistics = z.object({
  _all: z.object({ primaries: z.object({ store: z.object({ size_in_bytes: z.number() }) }) }),
});
const counted = z.object({ count: z.number() });

/**
 * Bytes that a document takes in an index of each kind, with one segment, as after its rollover.
 *
 * @throws if an index does not have all of them.
 */
export async function bytesPerDocument<K extends string>(
  client: ElasticsearchClient,
  variants: Readonly<Record<K, Variant>>,
): Promise<Record<K, number>> {
  const sizes: Partial<Record<K, number>> = {};
  for (const [variant, { settings, mappings, documents }] of Object.entries(variants) as [K, Variant][]) {
    const index = `bench-${variant}`;
    await ask(client, "DELETE", `/${index}?ignore_unavailable=true`);
    try {
      await ask(client, "PUT", `/${index}`, {
        settings: { ...settings, "index.number_of_shards": 1, "index.number_of_replicas": 0 },
        mappings,
      });
      for (let at = 0; at < documents.length; at += batch) {
        const lines = documents.slice(at, at + batch).flatMap((document) => ['{"index":{}}', document]);
        const { status, document } = await client.sendLines(`/${index}/_bulk`, `${lines.join("\n")}\n`);
        if (status >= 400 || (document as { errors: boolean }).errors)
          throw new AskError(`${index}: Elasticsearch refused documents: ${JSON.stringify(document).slice(0, 500)}`);
      }
      await ask(client, "POST", `/${index}/_refresh`);
      const { count } = counted.parse(await ask(client, "GET", `/${index}/_count`));
      if (count !== documents.length) throw new Error(`${index} has ${count} of ${documents.length} documents.`);
      await ask(client, "POST", `/${index}/_forcemerge?max_num_segments=1`);
      await ask(client, "POST", `/${index}/_flush`);
      // What was merged is counted as long as a reader has it open.
      await ask(client, "POST", `/${index}/_refresh`);
      const stats = statistics.parse(await ask(client, "GET", `/${index}/_stats/store`));
      sizes[variant] = stats._all.primaries.store.size_in_bytes / documents.length;
    } finally {
      await client.send("DELETE", `/${index}?ignore_unavailable=true`);
    }
  }
  return sizes as Record<K, number>;
}

async function ask(client: ElasticsearchClient, ...request: Parameters<ElasticsearchClient["send"]>) {
  const { status, document, reason } = await client.send(...request);
  if (status >= 400) throw new AskError(`Elasticsearch refused ${request[0]} ${request[1]}: ${status} ${reason}`);
  return document;
}
