import { z } from "zod";
import { AskError } from "../../lib/ask-error.ts";
import {
  ElasticsearchClient,
  type ElasticsearchEndpoint,
  type ElasticsearchReach,
} from "../../lib/elasticsearch/client.ts";

const root = z.object({ cluster_uuid: z.string(), cluster_name: z.string() });

/**
 * Addresses of one stack lead to one cluster: with two of them every second trace would be stored where nobody looks. A
 * cluster is known by its id, whatever its addresses. One that is away is not asked: the others are there for that.
 *
 * @throws AskError if two clusters answer.
 */
export async function refuseSeveralClusters(
  endpoints: readonly ElasticsearchEndpoint[],
  account: ElasticsearchReach["account"],
): Promise<void> {
  if (endpoints.length < 2) return;
  const found = (await Promise.all(endpoints.map((endpoint) => clusterAt(endpoint, account)))).flatMap(
    (cluster) => cluster ?? [],
  );
  if (new Set(found.map(({ uuid }) => uuid)).size < 2) return;
  throw new AskError(
    "elasticsearch.endpoints leads to several clusters, and must name addresses of one:\n" +
      found.map(({ origin, name, uuid }) => `  ${origin}: ${name}, ${uuid}`).join("\n"),
  );
}

async function clusterAt(endpoint: ElasticsearchEndpoint, account: ElasticsearchReach["account"]) {
  await using client = new ElasticsearchClient({ endpoints: [endpoint], account });
  try {
    const { status, document, reason } = await client.send("GET", "/");
    if (status >= 500) return undefined;
    if (status >= 400) throw new AskError(`Elasticsearch at ${endpoint.origin} refused GET /: ${status} ${reason}`);
    const { cluster_uuid: uuid, cluster_name: name } = root.parse(document);
    return { origin: endpoint.origin, uuid, name };
  } catch (error) {
    if (error instanceof AskError && error.transient) return undefined;
    throw error;
  }
}
