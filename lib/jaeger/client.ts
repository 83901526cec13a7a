import { randomUUID } from "node:crypto";
import { request, type Dispatcher } from "undici";
import { z } from "zod";
import { readClaims, type TokenSource } from "../access/token.ts";
import { AskError } from "../ask-error.ts";
import { searchAnswerSchema, spansOfSearch } from "./search-api.ts";
import { type Span, spansOf, tracesDataSchema, tracesOf } from "./span.ts";

/** What to look for. */
export interface Search {
  service: string;
  /** Milliseconds since 1970, inclusive. */
  since: number;
  until: number;
  /** At most so many traces, the newest. */
  depth: number;
  /** Name of a span. */
  operation?: string;
  /** Attributes that one span of the service has all of. */
  attributes?: Record<string, string>;
}

/** One view of the traces: what one Jaeger query shows. */
export interface View {
  /** Services with spans, as far back as Jaeger looks for them (days). */
  services(): Promise<string[]>;
  /** Names of a service's spans. */
  operations(service: string): Promise<string[]>;
  /** All spans of the traces in which the service has a span that matches. */
  find(search: Search): Promise<Span[]>;
}

/** How to reach a view. */
export interface Reach {
  /** Name of the view, for messages. */
  view: string;
  /** Scheme, host and port of the view. */
  origin: string;
  dispatcher: Dispatcher;
  /** Who asks. Default: nobody, for a Jaeger without a proxy before it. */
  token?: TokenSource;
  /** Roles that may see the view, for messages. */
  roles?: readonly string[];
  signal?: AbortSignal;
}

/** One answer holds whole traces and can be long; a query that has not begun to answer by then does not end. */
const timeoutMs = 30_000;

const serviceList = z.object({ services: z.array(z.string()).default([]) });
const operationList = z.object({ operations: z.array(z.object({ name: z.string().default("") })).default([]) });
const traceChunk = z.object({ result: tracesDataSchema });
const failure = z.object({ error: z.object({ message: z.string() }) });

/** Jaeger's HTTP API version 3, as the local Jaeger and later ones have it, and the older one for what that lacks. */
export function jaegerView({ view, origin, dispatcher, token, roles = [], signal }: Reach): View {
  /** Once seen, it holds for all further searches. */
  let ignoresAttributes = false;

  /** @returns the documents of the answer; undefined if Jaeger says that it found no traces. */
  async function get(path: string, query: Record<string, string> = {}): Promise<unknown[] | undefined> {
    const bearer = await token?.();
    const answer = await request(new URL(path, origin), {
      query,
      dispatcher,
      signal,
      ...(bearer !== undefined && { headers: { authorization: `Bearer ${bearer}` } }),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error instanceof AskError ? error : unreachable(error as Error);
    });
    const text = await answer.body.text().catch((error: unknown) => {
      signal?.throwIfAborted();
      throw unreachable(error as Error);
    });
    if (bearer !== undefined && [401, 403].includes(answer.statusCode)) throw refused(answer.statusCode, bearer);
    const documents = parse(text);
    if (documents && answer.statusCode === 200) return documents;
    const message = failure.safeParse(documents?.[0]).data?.error.message ?? text.trim().slice(0, 200);
    if (answer.statusCode === 404 && message === "No traces found") return undefined;
    if (answer.statusCode === 200) {
      // Jaeger answers unknown paths with its web pages; so does a proxy with its login page.
      throw new AskError(
        `View ${view}: ${path} answered with something else than JSON. Does this Jaeger have the API of version 3?`,
      );
    }
    throw new AskError(`View ${view}: ${path} answered ${answer.statusCode}: ${message}`, {
      transient: answer.statusCode >= 500,
    });
  }

  function unreachable(cause: Error): AskError {
    return new AskError(`View ${view} at ${origin} cannot be asked: ${cause.message}`, { transient: true, cause });
  }

  /** The proxy before Jaeger has refused who asks: its page is for people, so the reasons are put together here. */
  function refused(status: number, bearer: string): AskError {
    const { email, sub = "unknown", groups = [], exp } = readClaims(bearer) ?? {};
    if (status === 401) {
      const ended = exp !== undefined && exp * 1000 < Date.now();
      const why = ended
        ? `it ended at ${new Date(exp * 1000).toISOString()}`
        : "issuer, client (access.oidc.clientId) or signature are others";
      return new AskError(`View ${view} at ${origin} does not take the token: ${why}. Get a new one and try again.`);
    }
    const known = [groups].flat().join(", ") || "none";
    const account = email ?? `${sub}, which has no mail address`;
    return new AskError(
      `The account ${account} (groups: ${known}) may not see view ${view}. ` +
        `Roles that may: ${roles.join(", ") || "none"} (access.roles), with an address of access.oidc.emailDomain.`,
    );
  }

  function check<T extends z.ZodType>(schema: T, document: unknown): z.output<T> {
    const result = schema.safeParse(document);
    if (result.success) return result.data;
    throw new AskError(`View ${view} gave an answer of unknown form: ${z.prettifyError(result.error)}`);
  }

  return {
    async services() {
      const [document] = (await get("/api/v3/services")) ?? [];
      return check(serviceList, document ?? {}).services.sort();
    },
    async operations(service) {
      const [document] = (await get("/api/v3/operations", { service })) ?? [];
      return [...new Set(check(operationList, document ?? {}).operations.map(({ name }) => name))].sort();
    },
    async find(search) {
      if (!search.attributes) return findByVersion3(search);
      const found = (await filtersByAttributes(search)) ? findByVersion3(search) : findByOlderSearch(search);
      return tracesOf(await found).flatMap(({ spans }) => (spans.some((span) => matches(span, search)) ? spans : []));
    },
  };

  /**
   * Jaeger before 2.19 has the parameter in no version of its interface 3, and answers with the newest traces instead. So
   * it is asked for an order that nobody has: who has an answer to that does not filter.
   */
  async function filtersByAttributes(search: Search): Promise<boolean> {
    if (ignoresAttributes) return false;
    const nobodys = Object.fromEntries(Object.keys(search.attributes ?? {}).map((key) => [key, randomUUID()]));
    const found = await findByVersion3({ ...search, depth: 1, attributes: nobodys });
    ignoresAttributes = found.length > 0;
    return !ignoresAttributes;
  }

  async function findByVersion3({ service, since, until, depth, operation, attributes }: Search): Promise<Span[]> {
    const documents = await get("/api/v3/traces", {
      // The one spelling that all of ours take; camel case begins later than the local Jaeger.
      "query.service_name": service,
      ...(operation && { "query.operation_name": operation }),
      "query.start_time_min": new Date(since).toISOString(),
      "query.start_time_max": new Date(until).toISOString(),
      "query.num_traces": String(depth),
      // Unadjusted: corrections of clock skew and the like must not touch parents.
      "query.raw_traces": "true",
      ...(attributes && { "query.attributes": JSON.stringify(attributes) }),
    });
    return (documents ?? []).flatMap((document) => spansOf(check(traceChunk, document).result));
  }

  async function findByOlderSearch({ service, since, until, depth, operation, attributes }: Search): Promise<Span[]> {
    const [document] =
      (await get("/api/traces", {
        service,
        ...(operation && { operation }),
        start: String(Math.floor(since * 1e3)),
        end: String(Math.ceil(until * 1e3)),
        limit: String(depth),
        raw: "true",
        ...(attributes && { tags: JSON.stringify(attributes) }),
      })) ?? [];
    return spansOfSearch(check(searchAnswerSchema, document ?? {}));
  }
}

function matches(span: Span, { service, attributes = {} }: Search): boolean {
  return span.service === service && Object.entries(attributes).every(([key, value]) => span.attributes[key] === value);
}

/** One JSON document, or one in each line: the interface allows an answer in chunks. Undefined if it is no JSON. */
function parse(text: string): unknown[] | undefined {
  try {
    return [JSON.parse(text) as unknown];
  } catch {
    try {
      return text
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line) => JSON.parse(line) as unknown);
    } catch {
      return undefined;
    }
  }
}
