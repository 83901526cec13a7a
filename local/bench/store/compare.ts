import { z } from "zod";
import type { ElasticsearchClient } from "../../../lib/elasticsearch/client.ts";
import { demand } from "../../landscape/vault/engine-account.ts";
import { indexOf } from "./account.ts";

/** How an index is made. */
export interface Variant {
  readonly settings: object;
  readonly mappings: object;
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
  documents: readonly string[],
): Promise<Record<K, number>> {
  const sizes: Partial<Record<K, number>> = {};
  for (const [variant, { settings, mappings }] of Object.entries(variants) as [K, Variant][]) {
    const index = indexOf(variant);
    await demand(client, "DELETE", `/${index}?ignore_unavailable=true`);
    try {
      await demand(client, "PUT", `/${index}`, {
        settings: { ...settings, "index.number_of_shards": 1, "index.number_of_replicas": 0 },
        mappings,
      });
      for (let at = 0; at < documents.length; at += batch) {
        const lines = documents.slice(at, at + batch).flatMap((document) => ['{"index":{}}', document]);
        const { status } = await client.sendLines(`/${index}/_bulk`, `${lines.join("\n")}\n`);
        if (status >= 400) throw new Error(`${index}: Elasticsearch refused documents: ${status}`);
      }
      await demand(client, "POST", `/${index}/_refresh`);
      const { count } = counted.parse(await demand(client, "GET", `/${index}/_count`));
      if (count !== documents.length) throw new Error(`${index} has ${count} of ${documents.length} documents.`);
      await demand(client, "POST", `/${index}/_forcemerge?max_num_segments=1`);
      await demand(client, "POST", `/${index}/_flush`);
      // What was merged is counted as long as a reader has it open.
      await demand(client, "POST", `/${index}/_refresh`);
      const stats = statistics.parse(await demand(client, "GET", `/${index}/_stats/store`));
      sizes[variant] = stats._all.primaries.store.size_in_bytes / documents.length;
    } finally {
      await client.send("DELETE", `/${index}?ignore_unavailable=true`);
    }
  }
  return sizes as Record<K, number>;
}
