import { readFileSync } from "node:fs";
import { Client, errors } from "@elastic/elasticsearch";
import { z } from "zod";
import type { Properties } from "../properties.ts";

/** The setting `elasticsearches` of the provider: JSON text, as every nested setting of a bridged provider. */
export const connectionsSchema = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: "custom", message: "is not JSON" });
      return z.NEVER;
    }
  })
  .pipe(
    z
      .array(
        z.strictObject({
          endpoints: z.array(z.string()).optional(),
          caFile: z.string().optional(),
          caData: z.string().optional(),
        }),
      )
      .max(1),
  );
type Connection = z.infer<typeof connectionsSchema>[number];

/** Elasticsearch's HTTP API. Nothing is read or opened before the first request: a preview needs neither. */
export class ElasticsearchClient {
  readonly #settings: Connection | undefined;
  #connected: Client | undefined;

  /** @param settings the provider's `elasticsearches`. */
  constructor(settings: unknown) {
    [this.#settings] = connectionsSchema.parse(settings ?? "[]");
  }

  /** @returns the answer, `undefined` if nothing is there. */
  find(path: string): Promise<Properties | undefined> {
    return this.#send("GET", path, undefined, [404]);
  }

  async put(path: string, body: Properties): Promise<void> {
    await this.#send("PUT", path, body);
  }

  async post(path: string, body: Properties): Promise<void> {
    await this.#send("POST", path, body);
  }

  /** What does not exist is deleted already. */
  async remove(path: string): Promise<void> {
    await this.#send("DELETE", path, undefined, [404]);
  }

  /** The id that the real provider gives: the cluster's and the object's name. */
  async id(name: string): Promise<string> {
    const uuid = (await this.find("/"))?.["cluster_uuid"];
    if (typeof uuid === "string" && uuid !== "" && uuid !== "_na_") return `${uuid}/${name}`;
    throw new Error(
      "Unable to get cluster UUID.\n\tThere might be a problem with permissions or cluster is still starting up and UUID has not been populated yet.",
    );
  }

  async #send(method: string, path: string, body?: Properties, ignore: number[] = []): Promise<Properties | undefined> {
    this.#connected ??= connect(this.#settings);
    try {
      const request = { method, path, ...(body && { body }) };
      const answer = await this.#connected.transport.request(request, { ignore, meta: true });
      return answer.statusCode === 404 ? undefined : (answer.body as Properties);
    } catch (error) {
      const addresses = [...this.#connected.connectionPool.connections].map(({ url }) => url.origin);
      throw explained(error, `${method} ${path} at ${addresses.join(" or ")}`);
    }
  }
}

/** The name in an id of the form `<cluster>/<name>`. */
export function nameIn(id: string): string {
  return id.slice(id.indexOf("/") + 1);
}

/** A name as one step of a path. */
export function step(name: unknown): string {
  return encodeURIComponent(name as string);
}

function connect(settings: Connection | undefined): Client {
  // As in the plugin: the environment overrides the settings, but it does not stand in for a block that is not there.
  const environment = process.env["ELASTICSEARCH_ENDPOINTS"]?.split(",");
  const endpoints = settings && (environment ?? settings.endpoints ?? []).map((endpoint) => endpoint.trim());
  if (!endpoints?.some((endpoint) => endpoint !== "")) {
    throw new Error(
      "elasticsearch client is not configured: set elasticsearch.endpoints, elasticsearch_connection.endpoints, or ELASTICSEARCH_ENDPOINTS",
    );
  }
  const username = process.env["ELASTICSEARCH_USERNAME"];
  const password = process.env["ELASTICSEARCH_PASSWORD"];
  if (!username || !password) {
    throw new Error(
      "Elasticsearch: no user or no password; set ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD in the environment of the run",
    );
  }
  const ca = settings?.caData ?? (settings?.caFile && readFileSync(settings.caFile, "utf8"));
  return new Client({ nodes: endpoints, auth: { username, password }, ...(ca && { tls: { ca } }) });
}

/** Elasticsearch's own words: the client's message has neither the status nor the reason. */
function explained(error: unknown, request: string): Error {
  if (!(error instanceof errors.ElasticsearchClientError)) return error as Error;
  const { body, statusCode } = error as { body?: unknown; statusCode?: number };
  const said =
    statusCode === undefined ? `no answer: ${error.message}` : `${statusCode} ${reasons(body) || error.message}`;
  return new Error(`${request}: ${said}`, { cause: error });
}

/** `error` is an object with causes, or text where no handler took the request. */
function reasons(body: unknown): string {
  const error = (body as { error?: unknown } | undefined)?.error;
  if (typeof error === "string") return error;
  const { type, reason, caused_by } = (error ?? {}) as Record<string, unknown>;
  const cause = (caused_by as { reason?: unknown } | undefined)?.reason;
  return [type, reason, cause].filter((part) => typeof part === "string").join(": ");
}
