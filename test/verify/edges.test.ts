import { linkedOnly, witnesses } from "../../verify/edges.ts";
import { tracesOf, type Span } from "../../lib/jaeger/span.ts";
import { edge, landscape, order, span } from "../support/spans.ts";

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
