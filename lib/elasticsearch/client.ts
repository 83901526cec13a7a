import { Agent, request, type buildConnector } from "undici";
import { z } from "zod";
import { AskError } from "../ask-error.ts";
import { isRefusedCertificate } from "../tls.ts";

/** One address of an Elasticsearch. */
export interface ElasticsearchEndpoint {
  /** Scheme, host and port. */
  origin: string;
  /** Makes the connections, verified. */
  connect: buildConnector.connector | buildConnector.BuildOptions;
}

/** How to reach an Elasticsearch. */
export interface ElasticsearchReach {
  /** Of one cluster, at least one. Where one is away the next is asked, and from then on. */
  endpoints: readonly ElasticsearchEndpoint[];
  account: { username: string; password: string };
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
/** Codes of errors that say: there was no connection, and nothing was asked for. */
const noConnection: ReadonlySet<unknown> = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const failure = z.object({ error: z.object({ reason: z.string() }) });

interface Way {
  origin: string;
  dispatcher: Agent;
}

interface Body {
  type: string;
  text: string;
}

/** Elasticsearch's HTTP API. Neither passwords nor bodies are ever in an error. */
export class ElasticsearchClient {
  readonly #reach: Omit<ElasticsearchReach, "endpoints">;
  /** In the order in which they are asked. */
  readonly #ways: Way[];

  constructor({ endpoints, ...reach }: ElasticsearchReach) {
    this.#reach = reach;
    this.#ways = endpoints.map(({ origin, connect }) => ({
      origin,
      dispatcher: new Agent({ connect, connections: 1, headersTimeout: timeoutMs, bodyTimeout: timeoutMs }),
    }));
  }

  /** Of the endpoint that has answered last, else the first. */
  get origin(): string {
    return this.#ways[0]!.origin;
  }

  /** @throws AskError if there is no answer of any endpoint; it may come by itself. */
  send(method: "GET" | "PUT" | "POST" | "DELETE", path: string, body?: object): Promise<ElasticsearchAnswer> {
    return this.#send(method, path, body && { type: "application/json", text: JSON.stringify(body) });
  }

  /** Sends lines of JSON, each with its end. @throws see {@link send}. */
  sendLines(path: string, text: string): Promise<ElasticsearchAnswer> {
    return this.#send("POST", path, { type: "application/x-ndjson", text });
  }

  async #send(method: string, path: string, body?: Body): Promise<ElasticsearchAnswer> {
    const failures: AskError[] = [];
    for (;;) {
      const way = this.#ways[0]!;
      try {
        return await this.#ask(way, method, path, body);
      } catch (error) {
        this.#reach.signal?.throwIfAborted();
        const failure = explained(error, way.origin);
        failures.push(failure);
        // What was begun may have been done: only a question can be asked twice.
        const again = failure.transient && (method === "GET" || isAway(error));
        if (!again || failures.length === this.#ways.length) throw together(failures);
        this.#ways.push(this.#ways.shift()!);
      }
    }
  }

  async #ask({ origin, dispatcher }: Way, method: string, path: string, body?: Body): Promise<ElasticsearchAnswer> {
    const { account, signal } = this.#reach;
    const authorization = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString("base64")}`;
    const answer = await request(new URL(path, origin), {
      method,
      dispatcher,
      signal,
      headers: { authorization, ...(body && { "content-type": body.type }) },
      body: body?.text ?? null,
    });
    const text = await answer.body.text();
    const document = parse(text);
    return {
      status: answer.statusCode,
      document,
      reason: failure.safeParse(document).data?.error.reason ?? text.slice(0, 200),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#ways.map(({ dispatcher }) => dispatcher.destroy()));
  }
}

function isAway(error: unknown): boolean {
  // One of ours comes from a tunnel that could not be made.
  return error instanceof AskError || noConnection.has((error as NodeJS.ErrnoException).code);
}

function explained(error: unknown, origin: string): AskError {
  if (error instanceof AskError) return error;
  const { message } = error as Error;
  return new AskError(`Elasticsearch at ${origin} cannot be asked: ${message}`, {
    transient: !isRefusedCertificate(error as Error),
    cause: error,
  });
}

/** One error that says all that was tried. */
function together(failures: readonly AskError[]): AskError {
  if (failures.length === 1) return failures[0]!;
  return new AskError(failures.map(({ message }) => message).join("\n"), {
    transient: failures.every(({ transient }) => transient),
    cause: failures,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
