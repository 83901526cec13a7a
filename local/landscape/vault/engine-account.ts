import { readFile } from "node:fs/promises";
import { generatedUsers, vaultPaths } from "../../../components/vault/paths.ts";
import { readStack } from "../../../config/stack-file.ts";
import { AskError } from "../../../lib/ask-error.ts";
import { ElasticsearchClient, type ElasticsearchReach } from "../../../lib/elasticsearch/client.ts";
import { defaultNamespace as namespace, elasticsearchName, managedStoreUrl, ports } from "../../../lib/names.ts";
import { tunnelConnector } from "../../../lib/tunnel.ts";
import { corporateCa } from "../../paths.ts";
import type { Kubernetes } from "../kubernetes/client.ts";
import { vaultClient } from "./client.ts";

/** How the local Elasticsearch is reached from this machine, whoever asks. */
export async function localStore({
  config,
}: Pick<Kubernetes, "config">): Promise<Pick<ElasticsearchReach, "endpoints">> {
  const ca = await readFile(corporateCa, "utf8");
  const target = { namespace, service: elasticsearchName, port: ports.elasticsearch, ca };
  return { endpoints: [{ origin: managedStoreUrl(namespace), connect: tunnelConnector(config, target) }] };
}

/**
 * The local Elasticsearch, as the engine: it may make accounts, templates and indices, and neither read nor write a document.
 *
 * @throws AskError if Vault has no such account yet
 */
export async function openAsEngine(
  kubernetes: Pick<Kubernetes, "config">,
  signal?: AbortSignal,
): Promise<ElasticsearchClient> {
  const { settings } = readStack("local");
  const path = vaultPaths({ stack: "local", settings }).kv(generatedUsers.provisioner);
  const stored = await (await vaultClient()).find<{ data: { data: ElasticsearchReach["account"] } }>(path);
  if (!stored) throw new AskError('Vault has no account of the engine: run "npm run local" first.');
  const { username, password } = stored.data.data;
  return new ElasticsearchClient({
    ...(await localStore(kubernetes)),
    ...{ account: { username, password } },
    ...(signal && { signal }),
  });
}

/** Sends a request and takes nothing but success for an answer. */
export async function demand(client: ElasticsearchClient, ...request: Parameters<ElasticsearchClient["send"]>) {
  const { status, document, reason } = await client.send(...request);
  if (status >= 400) throw new AskError(`Elasticsearch refused ${request[0]} ${request[1]}: ${status} ${reason}`);
  return document;
}
