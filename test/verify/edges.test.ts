import { witnesses } from "../../verify/edges.ts";
import { tracesOf, type Span } from "../../lib/jaeger/span.ts";
import { resolveLandscape } from "../../config/landscape.ts";
import { catalogue } from "../fixtures/landscape.ts";
import { edge, landscape, order, span } from "../support/spans.ts";

const seen = (id: string, spans: Span[], scope = {}) => witnesses(edge(id), tracesOf(spans), landscape, scope);

describe("request edges", () => {
  const request = (attributes: object, more: Partial<Span> = {}) =>
    seen("internet-shop -> shop-api", [span("shop-api", "server", attributes, more)]).length;

  test.each([
    ["an order in the path", { "http.request.method": "GET", "url.path": `/orders/${order}` }],
    ["path redacted, but an order", {}],
    ["a path that would be a probe's, but for the order", { "url.path": `/orders/${order}/ready` }],
  ])("%s", (_title, attributes) => expect(request({ ...attributes, "order.id": order })).toBe(1));

  // Each of these was once counted.
  test.each([
    ["health check", { "url.path": "/health" }],
    ["Spring with a context path", { "url.path": "/shop/actuator/health/readiness" }],
    ["below an API", { "http.target": "/api/health?verbose=1" }],
    ["Quarkus", { "http.route": "/q/health/live" }],
    ["a browser's own", { "url.path": "/favicon.ico" }],
    ["a scanner's", { "url.path": "/wp-login.php", "http.response.status_code": "404" }],
    ["a list that anyone may ask for", { "http.route": "/orders", "url.path": "/orders" }],
    ["nothing says what it was for", {}],
    ["an order that is not there", { "order.id": order, "http.response.status_code": "404" }],
  ])("not: %s", (_title, attributes) => expect(request(attributes)).toBe(0));

  test("not: a request that failed", () => {
    expect(request({ "order.id": order, "http.response.status_code": "500" }, { failed: true })).toBe(0);
  });

  test("not: a client span, another service, another group, a call from another back end", () => {
    const path = { "order.id": order };
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
    const called = span("shop-api", "server", { "order.id": order }, { parentId: browser.spanId });
    expect(seen("internet-shop -> shop-api", [browser, called])).toHaveLength(1);
  });

  test("not: what began before the time asked for", () => {
    const old = span("shop-api", "server", { "order.id": order }, { start: 999 });
    expect(seen("internet-shop -> shop-api", [old], { since: 1_000 })).toEqual([]);
    expect(seen("internet-shop -> shop-api", [old], { since: 999 })).toHaveLength(1);
  });
});

describe("store edges", () => {
  /** A call below a request of an order, as `entry` makes it. */
  const calls = (
    id: string,
    service: string,
    attributes: object,
    more: Partial<Span> = {},
    entry = span(service, "server", { "order.id": order }),
    scope = landscape,
  ) => {
    const call = span(service, "client", attributes, { parentId: entry.spanId, ...more });
    return witnesses(edge(id), tracesOf([entry, call]), scope).length;
  };

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
    ["a replica's pod", { "db.system": "postgresql", "server.address": "shop-db-0.shop-db.shop.svc" }],
    ["a host with its port", { "db.system": "postgresql", "server.address": "shop-db:5432" }],
    ["a full name", { "db.system": "postgresql", "server.address": "shop-db.shop.svc.cluster.local." }],
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
    const query = { "db.system": "postgresql", "server.address": "shop-db" };
    expect(calls("shop-api -> shop-db", "shop-api", query)).toBe(1);
    expect(calls("crm-api -> shop-db", "shop-api", query)).toBe(0);
  });

  test("names and addresses of this environment", () => {
    const here = resolveLandscape(catalogue, {
      cluster: { namespace: "tracing" },
      services: {},
      stores: { "shop-db": { hosts: ["pgbouncer.db.svc", "10.96.12.7", "fd00::7"] } },
      proof: { required: [], links: [], lookbackMinutes: 60 },
    });
    const at = (host: string, landscape = here) =>
      calls(
        "shop-api -> shop-db",
        "shop-api",
        { "db.system": "postgresql", "server.address": host },
        {},
        undefined,
        landscape,
      );
    for (const host of ["pgbouncer.db.svc", "PGBouncer.db.svc:6432", "10.96.12.7", "10.96.12.7:5432", "[fd00::7]:5432"])
      expect([host, at(host)]).toEqual([host, 1]);
    for (const host of ["pgbouncer", "10.96.12.8", "fd00::8"]) expect([host, at(host)]).toEqual([host, 0]);
    expect(at("10.96.12.7", landscape)).toBe(0);
  });

  test("not: below a probe, on its own as pools check, refused, or failed", () => {
    const query = { "db.system": "postgresql", "server.address": "shop-db" };
    const below = (attributes: object, more: Partial<Span> = {}) =>
      calls("shop-api -> shop-db", "shop-api", query, more, span("shop-api", "server", attributes));
    expect(below({ "order.id": order })).toBe(1);
    expect(below({ "url.path": "/actuator/health/readiness" })).toBe(0);
    expect(below({ "url.path": "/orders" })).toBe(0);
    expect(below({ "order.id": order, "http.response.status_code": "404" })).toBe(0);
    expect(below({ "order.id": order }, { failed: true })).toBe(0);
    expect(below({ "order.id": order }, { parentId: undefined })).toBe(0);
    // The message below which a service works is proof enough: its sender may be hidden from the view.
    expect(calls("shop-api -> shop-db", "shop-api", query, {}, span("shop-api", "consumer", {}))).toBe(1);
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
    span(service, "producer", { ...rabbit, "order.id": order, ...attributes }, more);
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

  test("two traces that a link joins: only where the stack says that links are enough, and it is said", () => {
    const sent = producer();
    const links = [{ traceId: sent.traceId, spanId: sent.spanId }];
    const elsewhere = span("mes-api", "consumer", rabbit, { traceId: "aa", links });
    const spans = [sent, elsewhere, consumer(sent, "mes-api", { traceId: "bb" })];
    expect(seen(id, spans)).toEqual([]);
    expect(seen(id, spans, { links: true })).toEqual([{ spans: [sent, elsewhere], at: 1_000, linked: true }]);
    expect(seen("mes-api -> messages-queue -> crm-api", spans, { links: true })).toEqual([]);
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

  test("the case of ids does not matter, nor does a newer request that was refused", () => {
    const refused = ofOrder("crm-api", order, { start: 9_000 });
    const spans = [
      ofOrder("shop-api", order.toUpperCase()),
      ofOrder("crm-api", order),
      { ...refused, attributes: { ...refused.attributes, "http.response.status_code": "404" } },
    ];
    expect(seen(id, spans, { orders: [order.toUpperCase()] })).toMatchObject([{ orderId: order, at: 1_000 }]);
  });

  test("not: different orders, one side only, or an order that was not asked for", () => {
    const both = [ofOrder("shop-api", order), ofOrder("crm-api", order)];
    expect(seen(id, [ofOrder("shop-api", order), ofOrder("crm-api", "other")])).toEqual([]);
    expect(seen(id, [ofOrder("shop-api", order), ofOrder("mes-api", order)])).toEqual([]);
    expect(seen(id, both, { orders: ["other"] })).toEqual([]);
    expect(seen(id, both, { orders: ["other", order] })).toHaveLength(1);
  });
});
