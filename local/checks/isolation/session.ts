import { readFile } from "node:fs/promises";
import { Agent, request } from "undici";
import { accountsOf } from "../../../components/elasticsearch/names.ts";
import { credentialsPath } from "../../../components/vault/account-in-turn.ts";
import { vaultPaths } from "../../../components/vault/paths.ts";
import { readStack } from "../../../config/stack-file.ts";
import { elasticsearchName, defaultNamespace as namespace, ports } from "../../../lib/names.ts";
import { tunnelConnector } from "../../../lib/tunnel.ts";
import { connect } from "../../landscape/kubernetes/client.ts";
import { vaultClient } from "../../landscape/vault/client.ts";
import { corporateCa } from "../../paths.ts";

/** A request to Elasticsearch. */
export interface Request {
  readonly method: "DELETE" | "GET" | "POST" | "PUT";
  readonly path: string;
  /** A list is sent as lines. */
  readonly body?: object | readonly object[];
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks as one user of the store. */
export type Ask = (request: Request) => Promise<Answer>;

/** Elasticsearch, asked as whoever Vault has a password of. */
export interface Sessions extends AsyncDisposable {
  /** @param role one of its users is taken. */
  as(role: string): Promise<Ask>;
}

/** The store of the local environment. */
export async function openSessions(): Promise<Sessions> {
  const stack = "local";
  const { settings } = readStack(stack);
  const paths = vaultPaths({ stack, settings });
  const ca = await readFile(corporateCa, "utf8");
  const target = { namespace, service: elasticsearchName, port: ports.elasticsearch, ca };
  const dispatcher = new Agent({ connect: tunnelConnector(connect().config, target), connections: 1 });
  const vault = await vaultClient();
  const origin = `https://${elasticsearchName}.${namespace}.svc:${ports.elasticsearch}`;
  return {
    async as(role) {
      const path = credentialsPath(paths, accountsOf(role)[0]);
      const { data } = await vault.read<{ data: { username: string; password: string } }>(path);
      const authorization = `Basic ${Buffer.from(`${data.username}:${data.password}`).toString("base64")}`;
      return async ({ method, path, body }) => {
        const lines = Array.isArray(body);
        const answer = await request(new URL(path, origin), {
          method,
          dispatcher,
          headers: {
            authorization,
            ...(body && { "content-type": lines ? "application/x-ndjson" : "application/json" }),
          },
          body: lines ? body.map((line) => `${JSON.stringify(line)}\n`).join("") : body ? JSON.stringify(body) : null,
          headersTimeout: 30_000,
          bodyTimeout: 30_000,
        });
        return { status: answer.statusCode, text: await answer.body.text() };
      };
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}
