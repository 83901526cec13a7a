import { Agent, request, type buildConnector } from "undici";
import { z } from "zod";
import { AskError } from "../ask-error.ts";

/** How to reach an Elasticsearch. */
export interface ElasticsearchReach {
  /** Scheme, host and port. */
  origin: string;
  account: { username: string; password: string };
  /** Makes the connections, verified. */
  connect: buildConnector.connector | buildConnector.BuildOptions;
  signal?: AbortSignal;
}

/** What it said, whatever the status. */
export interface ElasticsearchAnswer {
  status: number;
  /** Undefined if it is no JSON. */
  document: unknown;
  /** Elasticsearch's own words, where it refused. */
  reason: string;
}

const timeoutMs = 60_000;
const failure = z.object({ error: z.object({ reason: z.string() }) });

/** Elasticsearch's HTTP API. Neither passwords nor bodies are ever in an error. */
export class ElasticsearchClient {
  readonly origin: string;
  readonly #reach: ElasticsearchReach;
  readonly #dispatcher: Agent;

  constructor(reach: ElasticsearchReach) {
    this.origin = reach.origin;
    this.#reach = reach;
    this.#dispatcher = new Agent({
      connect: reach.connect,
      connections: 1,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
  }

  /** @throws AskError if there is no answer; it may come by itself. */
  send(method: "GET" | "PUT" | "POST" | "DELETE", path: string, body?: object): Promise<ElasticsearchAnswer> {
    return this.#send(method, path, body && { type: "application/json", text: JSON.stringify(body) });
  }

  /** Sends lines of JSON, each with its end. @throws see {@link send}. */
  sendLines(path: string, text: string): Promise<ElasticsearchAnswer> {
    return this.#send("POST", path, { type: "application/x-ndjson", text });
  }

  async #send(method: string, path: string, body?: { type: string; text: string }): Promise<ElasticsearchAnswer> {
    const { account, signal } = this.#reach;
    const authorization = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString("base64")}`;
    const { status, text } = await request(new URL(path, this.origin), {
      method,
      dispatcher: this.#dispatcher,
      signal,
      headers: { authorization, ...(body && { "content-type": body.type }) },
      body: body?.text ?? null,
    })
      .then(async (answer) => ({ status: answer.statusCode, text: await answer.body.text() }))
      .catch((error: unknown) => {
        signal?.throwIfAborted();
        if (error instanceof AskError) throw error;
        const { message } = error as Error;
        throw new AskError(`Elasticsearch at ${this.origin} cannot be asked: ${message}`, {
          transient: true,
          cause: error,
        });
      });
    const document = parse(text);
    return { status, document, reason: failure.safeParse(document).data?.error.reason ?? text.slice(0, 200) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#dispatcher.destroy();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
