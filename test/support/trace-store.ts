import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { tagDot } from "../../components/elasticsearch/names.ts";
import type { ResourceSpans, Span } from "../../lib/planted/otlp.ts";

type Source = Record<string, unknown>;
interface Document {
  _index: string;
  _id: string;
  _source: Source;
}
type Query = Record<string, Record<string, unknown>>;

export const account = { username: "all-jaeger-reader", password: "secret" };

/**
 * Elasticsearch as far as the search for leaks asks it. What the real one refuses is refused: unknown parameters and queries, a
 * reading that was closed.
 */
export class TraceStore {
  readonly documents: Document[] = [];
  /** Readings that are open now, with what is left of each. */
  readonly open = new Map<string, { size: number; left: Document[]; total: number }>();
  /** Shards that do not answer. */
  failedShards = 0;
  #server!: Server;
  #ids = 0;

  async listen(): Promise<this> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  add(index: string, source: Source): void {
    this.documents.push({ _index: index, _id: String(this.documents.length), _source: source });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, "http://none");
    const body = await text(request);
    const { status, document } = this.#say(request, pathname, searchParams, body);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(document));
  }

  #say(request: IncomingMessage, path: string, parameters: URLSearchParams, body: string) {
    const expected = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString("base64")}`;
    if (request.headers.authorization !== expected) return refusal(401, "unable to authenticate user");
    if (body !== "" && request.headers["content-type"] !== "application/json") return refusal(406, "Content-Type");
    const asked = (body === "" ? {} : JSON.parse(body)) as Record<string, unknown>;
    switch (`${request.method} ${decodeURIComponent(path)}`) {
      case "POST /*-jaeger-*/_search":
        return this.#search(parameters, asked);
      case "POST /_search/scroll":
        if (asked["scroll"] !== "1m") return refusal(400, "scroll");
        return this.#scroll(String(asked["scroll_id"]));
      case "DELETE /_search/scroll":
        if (!this.open.delete(String(asked["scroll_id"]))) return refusal(404, "No search context found");
        return { status: 200, document: { succeeded: true, num_freed: 1 } };
      default:
        return refusal(405, `no handler for ${request.method} ${path}`);
    }
  }

  #search(parameters: URLSearchParams, asked: Record<string, unknown>) {
    const known = ["allow_no_indices", "allow_partial_search_results", "scroll"];
    const strange = [...parameters.keys()].find((key) => !known.includes(key));
    if (strange) return refusal(400, `request contains unrecognized parameter: [${strange}]`);
    if (this.documents.length === 0 && parameters.get("allow_no_indices") === "false") {
      return refusal(404, "no such index");
    }
    const unknown = Object.keys(asked).find(
      (key) => !["size", "query", "aggs", "track_total_hits", "sort"].includes(key),
    );
    if (unknown) return refusal(400, `unknown key [${unknown}]`);
    const size = (asked["size"] as number | undefined) ?? 10;
    if (size > 10_000) return refusal(400, "Result window is too large");
    const matching = this.documents.filter(({ _source }) => matches((asked["query"] ?? {}) as Query, _source));
    if (parameters.has("scroll")) {
      if (asked["track_total_hits"] === false)
        return refusal(400, "disabling [track_total_hits] is not allowed in a scroll");
      if (size === 0) return refusal(400, "[size] cannot be [0] in a scroll context");
      const id = `scroll-${++this.#ids}`;
      this.open.set(id, { size, left: matching, total: matching.length });
      return this.#scroll(id);
    }
    const counts = Map.groupBy(matching, ({ _index }) => _index);
    return this.#found({
      hits: {
        ...(asked["track_total_hits"] ? { total: { value: matching.length, relation: "eq" } } : {}),
        hits: matching.slice(0, size),
      },
      ...(asked["aggs"] ? { aggregations: { indices: buckets(counts) } } : {}),
    });
  }

  #scroll(id: string) {
    const reading = this.open.get(id);
    if (!reading) return refusal(404, `No search context found for id [${id}]`);
    return this.#found({
      _scroll_id: id,
      hits: { total: { value: reading.total, relation: "eq" }, hits: reading.left.splice(0, reading.size) },
    });
  }

  #found(answer: object) {
    const _shards = { total: 8, successful: 8 - this.failedShards, skipped: 0, failed: this.failedShards };
    return { status: 200, document: { took: 1, timed_out: false, _shards, ...answer } };
  }
}

function buckets(counts: Map<string, Document[]>) {
  return {
    doc_count_error_upper_bound: 0,
    sum_other_doc_count: 0,
    buckets: [...counts].map(([key, { length }]) => ({ key, doc_count: length })),
  };
}

function refusal(status: number, reason: string) {
  return { status, document: { error: { type: "refused", reason }, status } };
}

function matches(query: Query, source: Source): boolean {
  return Object.entries(query).every(([type, detail]) => {
    const [field, value] = Object.entries(detail)[0] ?? [];
    switch (type) {
      case "terms":
        return (value as unknown[]).includes(source[field!]);
      case "exists":
        return source[value as string] !== undefined;
      case "range":
        return Number(source[field!]) >= (value as { gte: number }).gte;
      case "bool": {
        const { should = [], must_not = [] } = detail as { should?: Query[]; must_not?: Query[] };
        const one = should.length === 0 || should.some((inner) => matches(inner, source));
        return one && !must_not.some((inner) => matches(inner, source));
      }
      default:
        throw new Error(`unknown query [${type}]`);
    }
  });
}

/** What becomes of a span on its way: its attributes, name and so on as they are stored. Undefined: it is lost. */
export type Way = (span: Span, resourceSpans: ResourceSpans) => Span | undefined;

/** An agent with all that is behind it: takes OTLP in JSON, and puts what is left of it into the store as Jaeger does. */
export class TraceAgent {
  requests = 0;
  readonly #server: Server;
  readonly #store: TraceStore;
  readonly #way: Way;

  constructor(store: TraceStore, way: Way) {
    this.#store = store;
    this.#way = way;
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        this.requests += 1;
        const { method, url, headers } = request;
        if (method !== "POST" || url !== "/v1/traces") return response.writeHead(404).end("404 page not found");
        if (headers["content-type"] !== "application/json") return response.writeHead(415).end();
        this.#take(JSON.parse(body) as { resourceSpans: ResourceSpans[] });
        return response.writeHead(200, { "content-type": "application/json" }).end('{"partialSuccess":{}}');
      });
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #take({ resourceSpans }: { resourceSpans: ResourceSpans[] }): void {
    for (const one of resourceSpans) {
      for (const span of one.scopeSpans.flatMap(({ spans }) => spans)) {
        if (!/^[0-9a-f]{32}$/.test(span.traceId) || !/^[0-9a-f]{16}$/.test(span.spanId)) throw new Error("bad id");
        const out = this.#way(span, one);
        if (out) this.#store.add("shop-jaeger-span-000001", jaegerDocument(out));
      }
    }
  }
}

const tagName = (key: string) => key.replaceAll(".", tagDot);

function jaegerDocument({ traceId, spanId, name, startTimeUnixNano, attributes = [] }: Span): Source {
  return {
    traceID: traceId,
    spanID: spanId,
    operationName: name,
    references: [],
    startTime: Number(BigInt(startTimeUnixNano) / 1_000n),
    startTimeMillis: Number(BigInt(startTimeUnixNano) / 1_000_000n),
    duration: 1_000,
    tags: [],
    tag: Object.fromEntries(attributes.map(({ key, value }) => [tagName(key), String(Object.values(value)[0])])),
    logs: [],
    process: { serviceName: "shop-api", tags: [], tag: { [tagName("tracing.group")]: "shop" } },
  };
}
