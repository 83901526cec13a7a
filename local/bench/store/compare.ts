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
const segments = z.object({
  indices: z.record(
    z.string(),
    z.object({
      shards: z.record(
        z.string(),
        z.array(
          z.object({ segments: z.record(z.string(), z.object({ size_in_bytes: z.number(), search: z.boolean() })) }),
        ),
      ),
    }),
  ),
});
const counted = z.object({ count: z.number() });

const processes = z.object({
  nodes: z.record(z.string(), z.object({ process: z.object({ cpu: z.object({ total_in_millis: z.number() }) }) })),
});

/** What a document costs in the store. */
interface StoreCost {
  /** With one segment, as after the rollover. */
  readonly bytes: number;
  /** Milliseconds of CPU that Elasticsearch uses to write 1,000 documents. */
  readonly cpuMs: number;
}

/**
 * What documents cost in an index of each kind.
 *
 * @throws if an index does not have all of them.
 */
export async function costInStore<K extends string>(
  client: ElasticsearchClient,
  variants: Readonly<Record<K, Variant>>,
): Promise<Record<K, StoreCost>> {
  const costs: Partial<Record<K, StoreCost>> = {};
  const cpu = async () => {
    const { nodes } = processes.parse(await ask(client, "GET", "/_nodes/stats/process"));
    return Object.values(nodes).reduce((sum, { process }) => sum + process.cpu.total_in_millis, 0);
  };
  for (const [variant, { settings, mappings, documents }] of Object.entries(variants) as [K, Variant][]) {
    const index = `bench-${variant}`;
    await ask(client, "DELETE", `/${index}?ignore_unavailable=true`);
    try {
      await ask(client, "PUT", `/${index}`, {
        settings: { ...settings, "index.number_of_shards": 1, "index.number_of_replicas": 0 },
        mappings,
      });
      const before = await cpu();
      for (let at = 0; at < documents.length; at += batch) {
        const lines = documents.slice(at, at + batch).flatMap((document) => ['{"index":{}}', document]);
        const { status, document } = await client.sendLines(`/${index}/_bulk`, `${lines.join("\n")}\n`);
        if (status >= 400 || (document as { errors: boolean }).errors)
          throw new AskError(`${index}: Elasticsearch refused documents: ${JSON.stringify(document).slice(0, 500)}`);
      }
      await ask(client, "POST", `/${index}/_refresh`);
      const used = (await cpu()) - before;
      const { count } = counted.parse(await ask(client, "GET", `/${index}/_count`));
      if (count !== documents.length) throw new Error(`${index} has ${count} of ${documents.length} documents.`);
      await ask(client, "POST", `/${index}/_forcemerge?max_num_segments=1`);
      await ask(client, "POST", `/${index}/_flush`);
      await ask(client, "POST", `/${index}/_refresh`);
      costs[variant] = {
        bytes: (await bytesOf(client, index)) / documents.length,
        cpuMs: (used / documents.length) * 1_000,
      };
    } finally {
      await client.send("DELETE", `/${index}?ignore_unavailable=true`);
    }
  }
  return costs as Record<K, StoreCost>;
}

/** Of what is searched: the sum that the store's statistics give is up to ten seconds old, and holds what was merged as well. */
async function bytesOf(client: ElasticsearchClient, index: string): Promise<number> {
  const { indices } = segments.parse(await ask(client, "GET", `/${index}/_segments`));
  return Object.values(indices)
    .flatMap(({ shards }) => Object.values(shards).flat())
    .flatMap((shard) => Object.values(shard.segments))
    .reduce((sum, { size_in_bytes, search }) => (search ? sum + size_in_bytes : sum), 0);
}

async function ask(client: ElasticsearchClient, ...request: Parameters<ElasticsearchClient["send"]>) {
  const { status, document, reason } = await client.send(...request);
  if (status >= 400) throw new AskError(`Elasticsearch refused ${request[0]} ${request[1]}: ${status} ${reason}`);
  return document;
}
