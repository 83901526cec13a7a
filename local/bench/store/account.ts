import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { ElasticsearchClient, type ElasticsearchReach } from "../../../lib/elasticsearch/client.ts";
import { AskError } from "../../../lib/ask-error.ts";
import { defaultNamespace as namespace, elasticsearchName, managedStoreUrl, ports } from "../../../lib/names.ts";
import { tunnelConnector } from "../../../lib/tunnel.ts";
import { generatedUsers, vaultPaths } from "../../../components/vault/paths.ts";
import { readStack } from "../../../config/stack-file.ts";
import { connect } from "../../landscape/kubernetes/client.ts";
import { vaultClient } from "../../landscape/vault/client.ts";
import { corporateCa } from "../../paths.ts";

/** Account, role and indices of the bench: they are gone when it ends. */
const name = "bench";
export const indexOf = (variant: string): string => `${name}-${variant}`;

/** Sends a request and takes nothing but success for an answer. */
export async function ask(client: ElasticsearchClient, ...request: Parameters<ElasticsearchClient["send"]>) {
  const { status, document, reason } = await client.send(...request);
  if (status >= 400) throw new AskError(`Elasticsearch refused ${request[0]} ${request[1]}: ${status} ${reason}`);
  return document;
}

/**
 * The local Elasticsearch, as an account that may do anything with the indices of the bench and nothing else. The engine's account
 * makes it, which may make accounts, but write no document.
 */
export async function withBenchAccount<T>(
  signal: AbortSignal,
  use: (client: ElasticsearchClient) => Promise<T>,
): Promise<T> {
  const { config } = connect();
  const target = {
    ...{ namespace, service: elasticsearchName, port: ports.elasticsearch },
    ca: await readFile(corporateCa, "utf8"),
  };
  const reach: Omit<ElasticsearchReach, "account"> = {
    endpoints: [{ origin: managedStoreUrl(namespace), connect: tunnelConnector(config, target) }],
  };
  const { settings } = readStack("local");
  const path = vaultPaths({ stack: "local", settings }).kv(generatedUsers.provisioner);
  const stored = await (await vaultClient()).find<{ data: { data: ElasticsearchReach["account"] } }>(path);
  if (!stored) throw new AskError('Vault has no account of the engine: run "npm run local" first.');
  await using engine = new ElasticsearchClient({ ...reach, account: stored.data.data });
  const password = randomBytes(24).toString("base64url");
  try {
    await ask(engine, "PUT", `/_security/role/${name}`, { indices: [{ names: [`${name}-*`], privileges: ["all"] }] });
    await ask(engine, "PUT", `/_security/user/${name}`, { password, roles: [name] });
    await using client = new ElasticsearchClient({ ...reach, signal, account: { username: name, password } });
    return await use(client);
  } finally {
    await engine.send("DELETE", `/_security/user/${name}`);
    await engine.send("DELETE", `/_security/role/${name}`);
  }
}
