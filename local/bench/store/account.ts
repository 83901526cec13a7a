import { randomBytes } from "node:crypto";
import { ElasticsearchClient } from "../../../lib/elasticsearch/client.ts";
import { connect } from "../../landscape/kubernetes/client.ts";
import { demand, localStore, openAsEngine } from "../../landscape/vault/engine-account.ts";

/** Account, role and indices of the bench: they are gone when it ends. */
const name = "bench";
export const indexOf = (variant: string): string => `${name}-${variant}`;

/**
 * The local Elasticsearch, as an account that may do anything with the indices of the bench and nothing else. The engine's account
 * makes it, which may make accounts, but write no document.
 */
export async function withBenchAccount<T>(
  signal: AbortSignal,
  use: (client: ElasticsearchClient) => Promise<T>,
): Promise<T> {
  const kubernetes = connect();
  await using engine = await openAsEngine(kubernetes);
  const password = randomBytes(24).toString("base64url");
  try {
    await demand(engine, "PUT", `/_security/role/${name}`, {
      indices: [{ names: [`${name}-*`], privileges: ["all"] }],
    });
    await demand(engine, "PUT", `/_security/user/${name}`, { password, roles: [name] });
    const reach = await localStore(kubernetes);
    await using client = new ElasticsearchClient({ ...reach, signal, account: { username: name, password } });
    return await use(client);
  } finally {
    await engine.send("DELETE", `/_security/user/${name}`);
    await engine.send("DELETE", `/_security/role/${name}`);
  }
}
