import { readFileSync } from "node:fs";
import { z } from "zod";
import { HttpClient } from "../http.ts";
import type { Properties } from "../properties.ts";

/** The setting `elasticsearch` of the provider: JSON text, as of every bridged provider. */
export const connectionSchema = z
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
    z.strictObject({
      endpoints: z.array(z.string()).min(1).optional(),
      caFile: z.string().optional(),
      caData: z.string().optional(),
    }),
  );

/** Elasticsearch's HTTP API. Nothing is read or opened before the first request: a preview needs neither. */
export class ElasticsearchClient {
  readonly #settings: z.infer<typeof connectionSchema>;
  #http: HttpClient | undefined;

  constructor(settings: unknown) {
    this.#settings = connectionSchema.parse(settings ?? "{}");
  }

  /** @returns the answer, `undefined` if nothing is there. */
  async find(path: string): Promise<Properties | undefined> {
    return (await this.#client().find(path)) as Properties | undefined;
  }

  async put(path: string, body: Properties): Promise<void> {
    await this.#client().send("PUT", path, body);
  }

  async post(path: string, body: Properties): Promise<void> {
    await this.#client().send("POST", path, body);
  }

  /** What does not exist is deleted already. */
  async remove(path: string): Promise<void> {
    await this.#client().remove(path);
  }

  /** The id that the real provider gives: the cluster's and the object's name. */
  async id(name: string): Promise<string> {
    const state = await this.find("/_cluster/state/version?filter_path=cluster_uuid");
    return `${String(state?.["cluster_uuid"])}/${name}`;
  }

  #client(): HttpClient {
    this.#http ??= connect(this.#settings);
    return this.#http;
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

function connect({ endpoints, caFile, caData }: z.infer<typeof connectionSchema>): HttpClient {
  const address = endpoints?.[0] ?? process.env["ELASTICSEARCH_ENDPOINTS"]?.split(",")[0];
  const username = process.env["ELASTICSEARCH_USERNAME"];
  const password = process.env["ELASTICSEARCH_PASSWORD"];
  if (!address) {
    throw new Error(
      "Elasticsearch: no address; set ELASTICSEARCH_ENDPOINTS or the provider's `elasticsearch.endpoints`",
    );
  }
  if (!username || !password) {
    throw new Error(
      "Elasticsearch: no user or no password; set ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD in the environment of the run",
    );
  }
  return new HttpClient({
    server: "Elasticsearch",
    address,
    ca: caData ?? (caFile ? readFileSync(caFile, "utf8") : undefined),
    headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` },
    message,
  });
}

/** `error` is an object with causes, or text where no handler took the request. */
function message(body: unknown): string {
  const error = (body as { error?: unknown } | undefined)?.error;
  if (typeof error === "string") return error;
  const { type, reason, caused_by } = (error ?? {}) as Record<string, unknown>;
  const cause = (caused_by as { reason?: unknown } | undefined)?.reason;
  return [type, reason, cause].filter((part) => typeof part === "string").join(": ");
}
