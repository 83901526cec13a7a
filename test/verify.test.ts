import { execFileSync } from "node:child_process";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Agent } from "undici";
import { resolveLandscape } from "../config/landscape.ts";
import type { Settings } from "../config/settings.ts";
import { linkedOnly, witnesses } from "../verify/edges.ts";
import { jaegerView, type Search, type View } from "../verify/jaeger.ts";
import { prove } from "../verify/proof.ts";
import { report } from "../verify/report.ts";
import { spanKind, spansOf, tracesDataSchema, tracesOf, type Span } from "../verify/span.ts";
import { catalogue } from "./fixtures/landscape.ts";
import { parseDuration, parseSince } from "../verify/time.ts";

const landscapeWith = (services: Settings["services"] = {}, required: string[] = []) =>
  resolveLandscape(catalogue, { services, proof: { required, lookbackMinutes: 60 } });
const landscape = landscapeWith();
const edge = (id: string) => {
  const found = landscape.edges.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no edge ${id}`);
  return found.definition;
};
const groups: Record<string, string> = { "shop-api": "shop", "crm-api": "crm", "mes-api": "mes" };
const order = "0b7e2c9a-6f0e-4f5a-9a3d-2f6f9f1d8c11";

let counter = 0;
/** A span with the fields that matter; ids are unique unless given. */
function span(service: string, kind: keyof typeof spanKind, attributes = {}, more: Partial<Span> = {}): Span {
  counter += 1;
  return {
    traceId: "5b8efff798038103d269b633813fc60c",
    spanId: counter.toString(16).padStart(16, "0"),
    name: "",
    kind: spanKind[kind],
    start: 1_000,
    service,
    group: groups[service],
    attributes,
    links: [],
    ...more,
  };
}
const seen = (id: string, spans: Span[], scope = {}) => witnesses(edge(id), tracesOf(spans), landscape, scope);

describe("request edges", () => {
  const request = (attributes: object, more: Partial<Span> = {}) =>
    seen("internet-shop -> shop-api", [span("shop-api", "server", attributes, more)]).length;

  test.each([
    [
      "Java agent 2.x",
      { "http.request.method": "POST", "http.route": "/orders", "url.path": "/orders" },
      "POST /orders",
    ],
    ["Java agent 1.x", { "http.method": "GET", "http.target": "/orders/1?full=true" }, "GET /orders/{id}"],
    [
      "ASP.NET Core",
      { "http.request.method": "GET", "http.route": "orders/{id}", "url.path": "/orders/1" },
      "GET orders/{id}",
    ],
    ["Node.js http, old conventions", { "http.method": "GET", "http.url": "http://mes-api:8080/orders/1" }, "GET"],
    ["path redacted, but an order", { "order.id": order }, "GET"],
    ["path in the name only", {}, "GET /orders/{id}"],
    ["a path that only begins like a health check", { "url.path": "/healthy-orders" }, "GET"],
  ])("%s", (_title, attributes, name) => expect(request(attributes, { name })).toBe(1));

  test.each([
    ["health check", { "url.path": "/health" }, "GET /health"],
    ["health check by route", { "http.route": "/actuator/health/liveness" }, "GET /actuator/health/liveness"],
    ["health check, old conventions", { "http.target": "/health?verbose=1" }, "GET"],
    ["health check as a full address", { "url.full": "http://10.244.0.7:8080/health" }, "GET"],
    ["health check by name", {}, "GET /health"],
    ["health check by a route of ASP.NET Core", { "http.route": "health" }, "GET health"],
    ["nothing says what it was for", {}, "GET"],
  ])("not: %s", (_title, attributes, name) => expect(request(attributes, { name })).toBe(0));

  test("not: a client span, another service, another group, a call from another back end", () => {
    const path = { "url.path": "/orders" };
    const caller = span("crm-api", "client");
    expect(seen("internet-shop -> shop-api", [span("shop-api", "client", path)])).toEqual([]);
    expect(seen("internet-shop -> shop-api", [span("crm-api", "server", path)])).toEqual([]);
    expect(request(path, { group: "unassigned" })).toBe(0);
    expect(request(path, { group: undefined })).toBe(0);
    const called = span("shop-api", "server", path, { parentId: caller.spanId });
    expect(seen("internet-shop -> shop-api", [caller, called])).toEqual([]);
  });

  test("a parent outside of the landscape, as a traced browser is, is no back end", () => {
    const browser = span("internet-shop", "client");
    const called = span("shop-api", "server", { "url.path": "/orders" }, { parentId: browser.spanId });
    expect(seen("internet-shop -> shop-api", [browser, called])).toHaveLength(1);
  });

  test("not: what began before the time asked for", () => {
    const old = span("shop-api", "server", { "url.path": "/orders" }, { start: 999 });
    expect(seen("internet-shop -> shop-api", [old], { since: 1_000 })).toEqual([]);
    expect(seen("internet-shop -> shop-api", [old], { since: 999 })).toHaveLength(1);
  });
});

describe("store edges", () => {
  const calls = (id: string, service: string, attributes: object, more: Partial<Span> = { parentId: "aa" }) =>
    seen(id, [span(service, "client", attributes, more)]).length;

  test.each([
    [
      "JDBC, Java agent 2.x",
      { "db.system.name": "postgresql", "server.address": "shop-db.shop.svc", "db.namespace": "shop" },
    ],
    ["JDBC, old conventions", { "db.system": "postgresql", "server.address": "shop-db", "server.port": "5432" }],
    [
      "node pg",
      { "db.system": "postgresql", "net.peer.name": "shop-db.shop.svc.cluster.local", "net.peer.port": "5432" },
    ],
    ["Npgsql 6 and 7", { "db.system": "postgresql", "net.peer.name": "Shop-DB.shop.svc", "net.peer.ip": "10.96.3.4" }],
  ])("%s", (_title, attributes) => expect(calls("shop-api -> shop-db", "shop-api", attributes)).toBe(1));

  test.each([
    ["another host", { "db.system": "postgresql", "server.address": "mes-db.mes.svc" }],
    ["a host that only begins alike", { "db.system": "postgresql", "server.address": "shop-db-replica.shop.svc" }],
    ["another system", { "db.system": "redis", "server.address": "shop-db.shop.svc" }],
    ["no host", { "db.system": "postgresql" }],
    ["no system", { "server.address": "shop-db.shop.svc" }],
  ])("not: %s", (_title, attributes) => expect(calls("shop-api -> shop-db", "shop-api", attributes)).toBe(0));

  test("each service proves its own edge to a shared database", () => {
    const query = span(
      "shop-api",
      "client",
      { "db.system": "postgresql", "server.address": "shop-db" },
      { parentId: "aa" },
    );
    expect(seen("shop-api -> shop-db", [query])).toHaveLength(1);
    expect(seen("crm-api -> shop-db", [query])).toEqual([]);
  });

  test("not: a span alone in its trace; but one whose service has more in the trace", () => {
    const attributes = { "db.system": "postgresql", "server.address": "mes-db.mes.svc" };
    const lone = span("mes-api", "client", attributes);
    expect(seen("mes-api -> mes-db", [lone])).toEqual([]);
    expect(seen("mes-api -> mes-db", [lone, span("crm-api", "server")])).toEqual([]);
    expect(seen("mes-api -> mes-db", [lone, span("mes-api", "server")])).toHaveLength(1);
  });

  test.each([
    ["AWS SDK for Java", { "rpc.service": "S3", "rpc.system": "aws-api", "server.address": "files-storage.mes.svc" }],
    ["AWS SDK, newer conventions", { "rpc.method": "S3/PutObject", "server.address": "files-storage.mes.svc" }],
    [
      "HttpClient of .NET",
      { "http.request.method": "PUT", "server.address": "files-storage.mes.svc", "server.port": "9000" },
    ],
    ["Node.js http", { "http.method": "GET", "net.peer.name": "files-storage" }],
    ["bucket in the host", { "http.request.method": "PUT", "server.address": "models.files-storage.mes.svc" }],
  ])("S3: %s", (_title, attributes) => expect(calls("mes-api -> files-storage", "mes-api", attributes)).toBe(1));

  test.each([
    ["another S3", { "rpc.service": "S3", "server.address": "s3.eu-central-1.amazonaws.com" }],
    ["S3 without a host", { "rpc.service": "S3" }],
    ["another service of the SDK", { "rpc.service": "SQS", "server.address": "files-storage.mes.svc" }],
    ["another host", { "http.request.method": "GET", "server.address": "crm-api.crm.svc" }],
  ])("S3, not: %s", (_title, attributes) => expect(calls("mes-api -> files-storage", "mes-api", attributes)).toBe(0));
});

describe("message edges", () => {
  const id = "crm-api -> messages-queue -> mes-api";
  const rabbit = { "messaging.system": "rabbitmq" };
  const producer = (service = "crm-api", attributes = {}, more: Partial<Span> = {}) =>
    span(service, "producer", { ...rabbit, ...attributes }, more);
  const consumer = (parent: Span, service = "mes-api", more: Partial<Span> = {}) =>
    span(service, "consumer", rabbit, { parentId: parent.spanId, traceId: parent.traceId, ...more });

  test("producer above consumer in one trace, in the direction of the edge", () => {
    const sent = producer("crm-api", { "network.peer.address": "10.96.7.7", "messaging.destination.name": "orders" });
    const received = consumer(sent);
    expect(seen(id, [received, sent])).toEqual([{ spans: [sent, received], at: 1_000 }]);
    expect(seen("mes-api -> messages-queue -> crm-api", [received, sent])).toEqual([]);
  });

  test("spans between them, as Spring's listener under the client's delivery", () => {
    const sent = producer();
    const delivered = consumer(sent);
    const processed = consumer(delivered);
    expect(seen(id, [sent, delivered, processed])).toHaveLength(2);
  });

  test("the nearest producer counts: an answer proves the way back, not the way there again", () => {
    const sent = producer();
    const received = consumer(sent);
    const answered = producer("mes-api", {}, { parentId: received.spanId });
    const answerReceived = consumer(answered, "crm-api");
    const all = [sent, received, answered, answerReceived];
    expect(seen(id, all)).toHaveLength(1);
    expect(seen("mes-api -> messages-queue -> crm-api", all)).toHaveLength(1);
    expect(seen("mes-api -> messages-queue -> crm-api", all.slice(0, 3))).toEqual([]);
  });

  test("not: two traces, even if a link joins them; that is a hint", () => {
    const sent = producer();
    const links = [{ traceId: sent.traceId, spanId: sent.spanId }];
    const elsewhere = span("mes-api", "consumer", rabbit, { traceId: "aa", links });
    const spans = [sent, elsewhere, consumer(sent, "mes-api", { traceId: "bb" })];
    expect(seen(id, spans)).toEqual([]);
    expect(linkedOnly(tracesOf(spans), { from: "crm-api", to: "mes-api" })).toBe(elsewhere);
    expect(linkedOnly(tracesOf([sent]), { from: "crm-api", to: "mes-api" })).toBeUndefined();
  });

  test("not: siblings in one trace, a gap in the chain, a circle", () => {
    const root = span("crm-api", "server");
    const sent = producer("crm-api", {}, { parentId: root.spanId });
    expect(seen(id, [root, sent, consumer(root)])).toEqual([]);
    expect(seen(id, [root, sent, span("mes-api", "consumer", rabbit, { parentId: "gone" })])).toEqual([]);
    const [a, b] = [span("mes-api", "consumer", rabbit, { spanId: "a", parentId: "b" }), { ...sent, kind: 1 }];
    expect(seen(id, [a, { ...b, spanId: "b", parentId: "a" }])).toEqual([]);
  });

  test("not: another broker, or another system", () => {
    const otherHost = producer("crm-api", { "server.address": "other-queue.crm.svc" });
    expect(seen(id, [otherHost, consumer(otherHost)])).toEqual([]);
    const kafka = producer("crm-api", { "messaging.system": "kafka" });
    expect(seen(id, [kafka, consumer(kafka)])).toEqual([]);
    const amqplib = producer("crm-api", { "net.peer.name": "messages-queue.crm.svc" });
    expect(seen(id, [amqplib, consumer(amqplib)])).toHaveLength(1);
    const byAddress = producer("crm-api", { "server.address": "10.96.7.7" });
    expect(seen(id, [byAddress, consumer(byAddress)])).toHaveLength(1);
  });
});

describe("join edges", () => {
  const id = "shop-api -> shop-db -> crm-api";
  const ofOrder = (service: string, orderId: string, more: Partial<Span> = {}) =>
    span(service, "server", { "order.id": orderId }, more);

  test("the same order in traces of both, with the newest span of each", () => {
    const begin = ofOrder("shop-api", order, { traceId: "aa" });
    const newer = ofOrder("crm-api", order, { traceId: "cc", start: 3_000 });
    const spans = [begin, ofOrder("crm-api", order, { traceId: "bb", start: 2_000 }), newer];
    expect(seen(id, spans)).toEqual([{ spans: [begin, newer], at: 3_000, orderId: order }]);
  });

  test("not: different orders, one side only, or an order that was not asked for", () => {
    const both = [ofOrder("shop-api", order), ofOrder("crm-api", order)];
    expect(seen(id, [ofOrder("shop-api", order), ofOrder("crm-api", "other")])).toEqual([]);
    expect(seen(id, [ofOrder("shop-api", order), ofOrder("mes-api", order)])).toEqual([]);
    expect(seen(id, both, { orders: ["other"] })).toEqual([]);
    expect(seen(id, both, { orders: ["other", order] })).toHaveLength(1);
  });
});

/** What the local Jaeger answered to `/api/v3/traces`, shortened. */
const answer = {
  result: {
    resourceSpans: [
      {
        resource: {
          attributes: [
            { key: "service.name", value: { stringValue: "crm-api" } },
            { key: "tracing.group", value: { stringValue: "crm" } },
          ],
        },
        scopeSpans: [
          {
            scope: { name: "io.opentelemetry.rabbitmq-2.7" },
            spans: [
              {
                traceId: "5b8efff798038103d269b633813fc60c",
                spanId: "eee19b7ec3c1b175",
                parentSpanId: "eee19b7ec3c1b174",
                name: "orders publish",
                kind: 4,
                startTimeUnixNano: "1795409701000000000",
                endTimeUnixNano: "1795409701900000000",
                attributes: [
                  { key: "messaging.system", value: { stringValue: "rabbitmq" } },
                  { key: "messaging.message.body.size", value: { intValue: "200" } },
                  { key: "error", value: { boolValue: false } },
                  { key: "list", value: { arrayValue: { values: [] } } },
                ],
                status: {},
              },
            ],
          },
        ],
      },
      { resource: {}, scopeSpans: [{ scope: {}, spans: [{ traceId: "aa", spanId: "bb" }] }] },
    ],
  },
};

describe("spans from OTLP JSON", () => {
  test("take service and group from the resource", () => {
    const [first, bare] = spansOf(tracesDataSchema.parse(answer.result));
    expect(first).toEqual({
      traceId: "5b8efff798038103d269b633813fc60c",
      spanId: "eee19b7ec3c1b175",
      parentId: "eee19b7ec3c1b174",
      name: "orders publish",
      kind: spanKind.producer,
      start: 1_795_409_701_000,
      service: "crm-api",
      group: "crm",
      attributes: { "messaging.system": "rabbitmq", "messaging.message.body.size": "200", error: "false" },
      links: [],
    });
    expect(bare).toMatchObject({ service: "", group: undefined, parentId: undefined });
  });

  test("count once when they come twice", () => {
    const [first] = spansOf(tracesDataSchema.parse(answer.result));
    expect(tracesOf([first!, { ...first! }])).toMatchObject([{ spans: [first] }]);
  });
});

describe("Jaeger's API", () => {
  async function ask<T>(listener: RequestListener, question: (view: View) => Promise<T>): Promise<T> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const dispatcher = new Agent();
    try {
      return await question(jaegerView({ view: "crm", origin, dispatcher }));
    } finally {
      await dispatcher.destroy();
      server.close();
    }
  }
  const say =
    (status: number, body: unknown): RequestListener =>
    (_request, response) =>
      response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
  const search: Search = { service: "crm-api", since: 1_795_409_700_000, until: 1_795_409_800_000, depth: 7 };

  test("asks with the parameters that every Jaeger of ours takes", async () => {
    let asked = new URL("http://none");
    const spans = await ask(
      (request, response) => {
        asked = new URL(request.url!, "http://none");
        response.end(JSON.stringify(answer));
      },
      (view) => view.find({ ...search, operation: "orders publish", attributes: { "order.id": order } }),
    );
    expect(spans).toHaveLength(2);
    expect(asked.pathname).toBe("/api/v3/traces");
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      "query.service_name": "crm-api",
      "query.operation_name": "orders publish",
      "query.start_time_min": "2026-11-23T04:55:00.000Z",
      "query.start_time_max": "2026-11-23T04:56:40.000Z",
      "query.num_traces": "7",
      "query.raw_traces": "true",
      "query.attributes": `{"order.id":"${order}"}`,
    });
  });

  test("an answer in several documents", async () => {
    const text = `${JSON.stringify(answer)}\n${JSON.stringify(answer)}\n`;
    expect(await ask(say(200, text), (view) => view.find(search))).toHaveLength(4);
  });

  test("nothing found is an empty result, in both ways in which Jaeger says it", async () => {
    const none = { error: { httpCode: 404, message: "No traces found" } };
    expect(await ask(say(404, none), (view) => view.find(search))).toEqual([]);
    expect(await ask(say(200, {}), (view) => view.services())).toEqual([]);
    expect(await ask(say(200, {}), (view) => view.operations("crm-api"))).toEqual([]);
  });

  test("services and names of spans, without doubles", async () => {
    expect(await ask(say(200, { services: ["b", "a"] }), (view) => view.services())).toEqual(["a", "b"]);
    const operations = [{ name: "x", spanKind: "server" }, { name: "x", spanKind: "client" }, { name: "a" }];
    expect(await ask(say(200, { operations }), (view) => view.operations("s"))).toEqual(["a", "x"]);
  });

  test.each([
    ["Jaeger's web page", say(200, "<!doctype html>"), /something else than JSON/, false],
    ["another 404", say(404, "404 page not found"), /view crm.*404: 404 page not found/i, false],
    ["a refused query", say(400, { error: { message: "malformed parameter" } }), /400: malformed parameter/, false],
    ["an error of the store", say(500, { error: { message: "all shards failed" } }), /500: all shards failed/, true],
    ["another form", say(200, { result: { resourceSpans: "none" } }), /unknown form[^]*resourceSpans/, false],
    [
      "a broken connection",
      (request: { socket: { destroy(): void } }) => request.socket.destroy(),
      /cannot be asked/,
      true,
    ],
  ])("could not ask: %s", async (_title, listener, message, transient) => {
    const asking = ask(listener, (view) => view.find(search));
    await expect(asking).rejects.toMatchObject({
      name: "AskError",
      message: expect.stringMatching(message) as string,
      transient,
    });
  });
});

describe("the proof", () => {
  const now = Date.now();
  const at = { start: now - 1_000 };
  const rabbit = { "messaging.system": "rabbitmq" };
  const db = (host: string) => ({ "db.system": "postgresql", "server.address": `${host}.x.svc` });

  /** Spans of a landscape in which everything works. */
  function everything(): Span[] {
    const [shop, crm, mes] = (["shop-api", "crm-api", "mes-api"] as const).map((service, i) =>
      span(service, "server", { "url.path": `/orders/${order}`, "order.id": order }, { ...at, traceId: `t${i}` }),
    ) as [Span, Span, Span];
    const under = (parent: Span, service: string, kind: keyof typeof spanKind, attributes: object) =>
      span(service, kind, attributes, { ...at, traceId: parent.traceId, parentId: parent.spanId });
    const sent = under(crm, "crm-api", "producer", rabbit);
    const answered = under(mes, "mes-api", "producer", rabbit);
    return [
      ...[shop, crm, mes, sent, answered],
      under(sent, "mes-api", "consumer", rabbit),
      under(answered, "crm-api", "consumer", rabbit),
      under(shop, "shop-api", "client", db("shop-db")),
      under(crm, "crm-api", "client", db("shop-db")),
      under(mes, "mes-api", "client", db("mes-db")),
      under(mes, "mes-api", "client", { "http.request.method": "GET", "server.address": "files-storage.mes.svc" }),
    ];
  }

  interface Options {
    /** What a view shows besides its own. */
    extra?: Partial<Record<string, Span[]>>;
    asked?: Search[];
  }

  /** A Jaeger that answers as the real one does: whole traces, as far as the view sees them, the newest first. */
  function views(spans: Span[], { extra = {}, asked = [] }: Options = {}) {
    return (name: string): View => {
      const own = name === "all" ? spans : spans.filter(({ service }) => groups[service] === name);
      const shown = [...own, ...(extra[name] ?? [])];
      return {
        services: () => Promise.resolve([...new Set(shown.map(({ service }) => service))]),
        operations: (service) =>
          Promise.resolve([...new Set(shown.filter((s) => s.service === service).map((s) => s.name))]),
        find: (search) => {
          asked.push(search);
          const matches = (s: Span) =>
            s.service === search.service &&
            (search.operation === undefined || s.name === search.operation) &&
            Object.entries(search.attributes ?? {}).every(([key, value]) => s.attributes[key] === value);
          const newest = tracesOf(shown)
            .filter((trace) => trace.spans.some(matches))
            .sort((a, b) => Math.max(...b.spans.map((s) => s.start)) - Math.max(...a.spans.map((s) => s.start)));
          return Promise.resolve(newest.slice(0, search.depth).flatMap((trace) => trace.spans));
        },
      };
    };
  }
  const options = { since: now - 60_000, depth: 100 };
  const state = (proof: Awaited<ReturnType<typeof prove>>, id: string) => proof.edges.find((e) => e.id === id)?.state;

  test("all required edges seen; optional ones are missing without harm", async () => {
    const proof = await prove(landscape, views(everything()), options);
    expect(proof).toMatchObject({ ok: true, leaks: [], cut: [] });
    expect(proof.edges.filter((e) => e.state === "missing").map((e) => e.id)).toEqual([
      "shop-api -> files-storage",
      "crm-api -> files-storage",
    ]);
    expect(proof.edges.find((e) => e.id === "crm-api -> messages-queue -> mes-api")).toMatchObject({
      view: "all",
      groups: ["crm", "mes"],
      traces: ["t1"],
      last: new Date(at.start).toISOString(),
    });
    const join = proof.edges.find((e) => e.kind === "join");
    expect(join).toMatchObject({ traces: ["t0", "t1"], joinedBy: { attribute: "order.id", value: order } });
    const text = report(proof);
    expect(text).toContain(`joined by order.id ${order}`);
    expect(text).toContain("10 of 10 required edges seen");
    expect(text).toContain("no (optional)");
  });

  test.each(landscape.edges.filter((e) => e.required).map((e) => e.id))("fails without %s", async (id) => {
    const needed = witnesses(edge(id), tracesOf(everything()), landscape)[0]!.spans.at(-1)!;
    const drop = (s: Span) =>
      s.service === needed.service &&
      s.kind === needed.kind &&
      JSON.stringify(s.attributes) === JSON.stringify(needed.attributes);
    const proof = await prove(landscape, views(everything().filter((s) => !drop(s))), options);
    expect(proof.ok).toBe(false);
    expect(state(proof, id)).toBe("missing");
    expect(report(proof)).toMatch(new RegExp(`missing: ${id}: .`));
  });

  test("an optional edge can be demanded", async () => {
    const demanding = landscapeWith({}, ["shop-api -> files-storage"]);
    expect(await prove(demanding, views(everything()), options)).toMatchObject({ ok: false });
  });

  test("a service that is off is listed, and neither demanded nor asked for", async () => {
    const asked: Search[] = [];
    const withoutMes = landscapeWith({ "mes-api": { enabled: false } });
    const proof = await prove(withoutMes, views(everything(), { asked }), options);
    expect(proof.ok).toBe(true);
    expect(proof.edges.filter((e) => e.state === "off")).toHaveLength(5);
    expect(asked.map(({ service }) => service)).not.toContain("mes-api");
    expect(report(proof)).toMatch(/mes -> mes-api\s+│ off/);
  });

  test("a view that shows another group fails the proof, though every edge is seen", async () => {
    const extra = { crm: [span("shop-api", "server", {}, at)], mes: [span("mes-api", "server", {}, { group: "crm" })] };
    const proof = await prove(landscape, views(everything(), { extra }), options);
    expect(proof.edges.filter((e) => e.required && e.state !== "seen")).toEqual([]);
    expect(proof.ok).toBe(false);
    expect(proof.leaks).toEqual([
      "view crm shows the service shop-api, which is not of group crm",
      "view mes shows spans with tracing.group crm",
    ]);
  });

  test("says why an edge may be missing", async () => {
    const unstamped = everything().map((s) => (s.service === "crm-api" ? { ...s, group: "unassigned" } : s));
    const hint = (proof: Awaited<ReturnType<typeof prove>>, id: string) => proof.edges.find((e) => e.id === id)?.hint;
    expect(hint(await prove(landscape, views(unstamped), options), "crm -> crm-api")).toContain("did not recognise it");
    const silent = await prove(landscape, views(everything().filter((s) => s.service !== "mes-api")), options);
    expect(hint(silent, "mes -> mes-api")).toBe("view mes has no span of mes-api in this time");
    const cutOff = everything().map((s) => (s.kind === spanKind.consumer ? { ...s, parentId: undefined } : s));
    expect(hint(await prove(landscape, views(cutOff), options), "crm-api -> messages-queue -> mes-api")).toContain(
      "1 producer spans of crm-api, 1 consumer spans of mes-api, but no consumer below a producer",
    );
  });

  test("finds rare edges behind many newer traces, and says that the search was cut", async () => {
    const named = everything().map((s) => ({ ...s, name: `${s.kind} ${Object.keys(s.attributes)[0]}` }));
    const noise = Object.keys(groups).flatMap((service) =>
      Array.from({ length: 30 }, (_, i) =>
        span(service, "internal" as "server", {}, { name: "poll", kind: 1, start: now, traceId: `${service}-${i}` }),
      ),
    );
    const proof = await prove(landscape, views([...named, ...noise]), { ...options, depth: 10 });
    expect(proof.ok).toBe(true);
    expect(proof.cut).toContain("view shop, shop-api: only the newest 10 traces were read");
  });

  test("asks for single orders when the traces of a join are many", async () => {
    const asked: Search[] = [];
    const noise = Array.from({ length: 30 }, (_, i) =>
      span("shop-api", "server", { "order.id": `other-${i}` }, { start: now, traceId: `n${i}` }),
    );
    const proof = await prove(landscape, views([...everything(), ...noise], { asked }), { ...options, depth: 10 });
    expect(state(proof, "shop-api -> shop-db -> crm-api")).toBe("seen");
    expect(asked.some(({ attributes }) => attributes?.["order.id"] === order)).toBe(true);
    const given = await prove(landscape, views([...everything(), ...noise]), {
      ...options,
      depth: 10,
      orders: ["none"],
    });
    expect(state(given, "shop-api -> shop-db -> crm-api")).toBe("missing");
  });

  test("does not ask again when the answer was whole", async () => {
    const asked: Search[] = [];
    await prove(landscape, views([], { asked }), options);
    expect(asked).toHaveLength(6);
  });
});

describe("times", () => {
  test.each([
    ["90s", 90_000],
    ["15m", 900_000],
    ["2h", 7_200_000],
    ["3d", 259_200_000],
  ])("%s", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
    expect(parseSince(text, 1e12)).toBe(1e12 - milliseconds);
  });

  test("a point in time", () => expect(parseSince("2026-01-31T12:00:00+01:00")).toBe(Date.UTC(2026, 0, 31, 11)));

  test.each(["", "15", "1.5h", "0s", "yesterday", "2026-01-31", "2026-13-31T12:00:00Z", "2999-01-01T00:00:00Z"])(
    'refuses "%s"',
    (text) => expect(() => parseSince(text)).toThrow(RangeError),
  );
});

describe("the command line", () => {
  const run = (...args: string[]) => {
    try {
      const script = join(import.meta.dirname, "../verify/main.ts");
      execFileSync(process.execPath, [script, ...args], {
        stdio: "pipe",
        env: { ...process.env, KUBECONFIG: "/dev/null" },
      });
      return { status: 0, stderr: "" };
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: Buffer };
      return { status, stderr: stderr.toString() };
    }
  };

  test.each([
    [[], "--stack"],
    [["--stack", "no-such-stack"], "Pulumi.no-such-stack.yaml"],
    [["--stack", "local", "--since", "yesterday"], "is no time"],
    [["--stack", "local", "--depth", "0"], "1 to 1500"],
  ])("%j cannot ask: exit code 2", (args, text) => {
    const { status, stderr } = run(...args);
    expect(stderr).toContain(text);
    expect(status).toBe(2);
  });
});
