import type { Settings } from "../../config/settings.ts";
import { spanKind, type Span } from "../../lib/jaeger/span.ts";
import { chainOf } from "../../support/order/chain.ts";
import { findOrder } from "../../support/order/find.ts";
import { chainData, chainText, nothingText } from "../../support/order/report.ts";
import type { Scope } from "../../support/order/scope.ts";
import { views } from "../support/jaeger.ts";
import * as orders from "../support/orders.ts";
import { at } from "../support/orders.ts";
import { landscapeWith, order, span } from "../support/spans.ts";

const everything: Settings["sampling"] = { percent: 100, slowMs: 2000, services: {} };
const window = { since: at(-60), until: at(100_000), depth: 100 };

interface Options {
  view?: string;
  /** Minutes after the order began. */
  now?: number;
  services?: Settings["services"];
  sampling?: Settings["sampling"];
  id?: string;
  depth?: number;
}

/** What the command would find in a Jaeger that holds these spans. */
async function look(
  spans: Span[],
  { view = "all", now = 301, services, sampling = everything, id = order, depth = 100 }: Options = {},
) {
  const scope: Scope = { view, url: `https://${view}.traces.example`, landscape: landscapeWith(services), sampling };
  const found = await findOrder(views(spans)(view), id, scope, { ...window, depth });
  const chain = chainOf(id, found, scope, window, at(now));
  return { chain, scope, found, text: chain && chainText(chain, scope) };
}

describe("an order that was closed", () => {
  test("is one chain over three back ends, in the order of time", async () => {
    const { chain } = await look(orders.closed());
    expect(chain!.verdict).toMatchObject({ state: "over", outcome: "closed", step: "closed" });
    const steps = chain!.events
      .filter(({ step }) => step)
      .map(({ kind, service, step }) => `${service} ${kind} ${step}`);
    expect(steps).toEqual([
      "shop-api request file-uploaded",
      "shop-api request submitted",
      "crm-api request price-requested",
      "crm-api sent price-requested",
      "mes-api taken price-requested",
      "mes-api sent priced",
      "crm-api taken priced",
      "crm-api request approved",
      "crm-api sent approved",
      "mes-api taken approved",
      ...["started", "completed", "packaged", "shipped"].flatMap((step) => [
        `mes-api request ${step}`,
        `mes-api sent ${step}`,
        `crm-api taken ${step}`,
      ]),
      "crm-api request closed",
    ]);
    expect(chain!.notes).toEqual([]);
    expect(chain!.events.filter(({ failed, errors }) => failed || errors.length > 0)).toEqual([]);
  });

  test("reads as a table with times, gaps and links", async () => {
    const { text, chain, scope } = await look(orders.closed());
    expect(text).toContain("It is closed at 2026-11-20T15:00:00.040Z.");
    expect(text).toMatch(
      /2026-11-20 10:30:00 │ 28 min +│ crm-api +│ price requested \(POST \/orders\/\{id\}\/price-request\) +│ 202/,
    );
    expect(text).toMatch(/mes-api +│ took order.price-requested from mes.price-requests/);
    expect(text).toMatch(/mes-api +│ price calculated: sent order.priced to crm.prices/);
    expect(text).toContain(`/trace/${chain!.events.at(-1)!.trace}`);
    expect(text).not.toContain("LATE");
    expect(text).not.toContain("undefined");
    const data = chainData(chain!, scope);
    expect(data.verdict.since).toBe("2026-11-20T15:00:00.040Z");
    expect(data.events[0]).toMatchObject({ at: "2026-11-20T10:00:00.000Z", step: "file-uploaded" });
    expect(data.events[0]!.link).toContain(`/trace/${chain!.events[0]!.trace}`);
  });

  test("is found by its id in capital letters, and stored in capitals by a small one", async () => {
    expect((await look(orders.closed(), { id: order.toUpperCase() })).chain!.verdict.outcome).toBe("closed");
    const capital = (await look(orders.closed(order.toUpperCase()))).chain!;
    expect(capital.verdict.outcome).toBe("closed");
    expect(capital.events[0]!.what).toBe("PUT /orders/{id}/file");
  });

  test("shows where it waited longer than allowed, and that others only looked", async () => {
    const late = orders
      .closed()
      .map((s) => (s.start >= at(60) ? { ...s, start: s.start + 5 * 86_400_000, end: s.end + 5 * 86_400_000 } : s));
    const looks = [10, 11, 12].flatMap((minutes) => orders.request("crm-api", "GET /orders/{id}", { at: minutes }));
    const { text } = await look([...late, ...looks], { now: 8000 });
    expect(text).toContain("LATE: 3d allowed");
    expect(text).toMatch(/crm-api +│ GET \/orders\/\{id\} \(3 times\)/);
  });
});

describe("an order that ended otherwise", () => {
  test("failed: MES refused the price, CRM knows it, and the seller's approval was refused", async () => {
    const { spans, message } = orders.priceRequested();
    const refused = orders.request("crm-api", "POST /orders/{id}/approve", { at: 40, status: 409 });
    const { chain, text } = await look([
      ...orders.submitted(),
      ...spans,
      ...orders.priced(message, "order.price-failed"),
      ...refused,
    ]);
    expect(chain!.verdict).toMatchObject({ state: "over", outcome: "failed", step: "price-failed" });
    expect(text).toMatch(/mes-api +│ took order.price-requested from mes.price-requests +│ ERROR .* at mes-api/);
    expect(text).toMatch(/manufacturing approved \(POST .*\) +│ 409 refused/);
  });

  test("rejected by the seller", async () => {
    const { spans, message } = orders.priceRequested();
    const all = [...orders.submitted(), ...spans, ...orders.priced(message), ...orders.decided("reject", 60)];
    expect((await look(all)).chain!.verdict).toMatchObject({ state: "over", outcome: "rejected" });
    const untaken = all.filter((s) => !(s.kind === spanKind.consumer && s.start > at(60)));
    expect((await look(untaken)).chain!.verdict).toMatchObject({
      state: "overdue",
      queue: "mes.decisions",
      waitsFor: "mes-api",
    });
  });
});

describe("an order that hangs", () => {
  const { spans, message } = orders.priceRequested();
  const base = [...orders.submitted(), ...spans];
  const wait = 30 + 3 * 60 + 12;

  test("in the queue: sent, and nobody took it", async () => {
    const { chain, text } = await look(base, { now: wait });
    expect(chain!.verdict).toMatchObject({
      state: "overdue",
      queue: "mes.price-requests",
      waitsFor: "mes-api",
      allowed: 600_000,
    });
    expect(text).toContain(
      "It is LATE: it waits in mes.price-requests since 3 h 12 min (10 min allowed); crm-api sent order.price-requested, and no span shows that mes-api took it.",
    );
    expect(chain!.notes).toEqual(["MES API (mes-api) has no span of this order so far"]);
    expect((await look(base, { now: 35 })).chain!.verdict.state).toBe("waits");
  });

  test("at MES, which took the message and works on it: only parts of its work are stored", async () => {
    const part = span(
      "mes-api",
      "client",
      { "db.system": "postgresql" },
      { traceId: message.traceId, parentId: "feedfeedfeedfeed", start: message.start + 50 },
    );
    const { chain, text } = await look([...base, part], { now: wait });
    expect(chain!.verdict).toMatchObject({ state: "overdue", waitsFor: "mes-api" });
    expect(text).toContain(
      "waits in mes.price-requests since 3 h 12 min (45 min allowed); mes-api took the message and never answered.",
    );
    expect(text).toContain("its work is not over");
    expect((await look([...base, part], { now: 60 })).chain!.verdict).toMatchObject({ state: "waits" });
  });

  test("at MES, which gave up: the message is parked, and nobody will come", async () => {
    const gaveUp = orders.taken(message, "mes-api", "mes.price-requests", { failed: true });
    const { chain, text } = await look([...base, ...gaveUp], { now: 32 });
    expect(chain!.verdict.state).toBe("overdue");
    expect(text).toMatch(
      /lost behind mes.price-requests since .*; mes-api took the message, failed \(error \(no type\) at mes-api\) and never answered/,
    );
  });

  test("at MES, which ended without an answer", async () => {
    const quiet = orders.taken(message, "mes-api", "mes.price-requests");
    const { text } = await look([...base, ...quiet], { now: wait });
    expect(text).toContain("took the message, ended without an error and never answered");
  });

  test("at a person, for days; somebody who looks at it does not move it", async () => {
    const waits = [
      ...base,
      ...orders.priced(message),
      ...orders.request("crm-api", "GET /orders/{id}", { at: 4 * 1440 }),
    ];
    const { chain, text } = await look(waits, { now: 5 * 1440 });
    expect(chain!.verdict).toMatchObject({ state: "overdue", step: "priced", waitsFor: "crm", doubt: undefined });
    expect(text).toMatch(
      /waits for CRM since 4 d 23 h \(3 d allowed\): "price calculated" is done, then comes "manufacturing approved" or "rejected by the seller"/,
    );
  });

  test("after a request that sent nothing: the broker refused it", async () => {
    const unsent = spans.filter(({ kind }) => kind !== spanKind.producer);
    expect((await look([...orders.submitted(), ...unsent], { now: wait })).text).toContain(
      "no span shows that crm-api sent order.price-requested",
    );
    const refused = orders.request("crm-api", "POST /orders/{id}/price-request", { at: 31, status: 503 });
    const { chain } = await look([...orders.submitted(), ...refused], { now: wait });
    expect(chain!.verdict).toMatchObject({ state: "waits", step: "submitted" });
    expect(chain!.events.at(-1)).toMatchObject({
      failed: true,
      status: 503,
      errors: [{ service: "crm-api", type: "HTTP 503" }],
    });
  });

  test("but perhaps it only went on unseen, where not all traces are kept", async () => {
    const shipped = orders.closed().slice(0, -2);
    const sampling = { ...everything, percent: 20, services: { "mes-api": 100 } };
    const { text } = await look(shipped, { now: 30 * 1440, sampling });
    expect(text).toContain('doubt: "closed" may have happened unseen: this stack keeps 20 % of such traces');
    const atMes = [...base, ...orders.priced(message), ...orders.decided("approve", 60)];
    expect((await look(atMes, { now: 9000, sampling })).chain!.verdict).toMatchObject({
      state: "overdue",
      doubt: undefined,
    });
  });
});

describe("an order of which a side is missing", () => {
  test("CRM never touched it", async () => {
    const { chain } = await look(orders.submitted(), { now: 2000 });
    expect(chain!.verdict).toMatchObject({ state: "overdue", step: "submitted", waitsFor: "crm" });
    expect(chain!.notes).toEqual(["CRM API (crm-api) has no span of this order so far"]);
  });

  test("CRM's traces are not there, though MES went on", async () => {
    const without = orders.closed().filter(({ service }) => service !== "crm-api");
    const { chain, text } = await look(without);
    expect(chain!.notes).toEqual([
      expect.stringMatching(/^the side of CRM API is missing: crm-api has no span of this order/),
    ]);
    expect(chain!.verdict.step).toBe("shipped");
    expect(text).toContain("note: the side of CRM API is missing");
  });

  test("one trace of CRM is not there", async () => {
    const { message } = orders.priceRequested();
    const without = orders
      .closed()
      .filter(
        ({ start, service }) =>
          !(service === "crm-api" && start === at(60)) && start !== at(60) + 20 && start !== at(60) + 120,
      );
    const { chain } = await look(without, { sampling: { ...everything, percent: 20 } });
    expect(message.service).toBe("crm-api");
    expect(chain!.notes).toEqual([
      'no trace of "manufacturing approved", though "manufacturing started" followed; of such traces this stack keeps 20 %',
    ]);
  });

  test("a service is switched off: nothing is demanded of it", async () => {
    const { chain } = await look(orders.submitted(), { now: 2000, services: { "crm-api": { enabled: false } } });
    expect(chain!.verdict).toMatchObject({ state: "unknown" });
    expect(chain!.notes).toEqual(["CRM API (crm-api) is switched off in this stack: it is not traced"]);
  });
});

describe("a team account", () => {
  test("sees its own part, and which services it may not see", async () => {
    const { chain, text } = await look(orders.closed(), { view: "shop", now: 2000 });
    expect(new Set(chain!.events.map(({ service }) => service))).toEqual(new Set(["shop-api"]));
    expect(chain!.verdict).toMatchObject({ state: "unknown", step: "submitted" });
    expect(text).toContain("Where it stands cannot be said: it goes on at crm-api, which the view shop does not show.");
    expect(text).toContain("the view shop shows shop-api; what crm-api, mes-api did is of other groups");
  });

  test("of the receiver sees what was taken, and judges by it", async () => {
    const { chain } = await look(orders.closed(), { view: "mes" });
    expect(chain!.events.filter(({ step }) => step === "approved").map(({ kind }) => kind)).toEqual(["taken"]);
    expect(chain!.verdict).toMatchObject({ state: "unknown", step: "shipped" });
    expect(chain!.notes).toHaveLength(1);
  });

  test("of another group finds nothing, and is told why", async () => {
    const { spans } = orders.priceRequested();
    const { chain, scope, found } = await look([...spans, ...orders.submitted("another")], { view: "shop" });
    expect(chain).toBeUndefined();
    const text = nothingText(order, found, scope, window, { retentionDays: 14, sampling: everything });
    expect(text).toContain("searched: spans of shop-api with order.id");
    expect(text).toContain("what crm-api, mes-api did is of other groups");
    expect(text).not.toContain("% ");
  });
});

describe("an id that nobody knows", () => {
  test("is answered by what was searched and what the reason may be", async () => {
    const { chain, scope, found } = await look(orders.closed(), { id: "0b7e2c9a-0000-0000-0000-2f6f9f1d8c11" });
    expect(chain).toBeUndefined();
    const sampling = { ...everything, percent: 20, services: { "mes-api": 100 } };
    const text = nothingText("0b7e", { ...found, silent: ["mes-api"] }, scope, window, { retentionDays: 14, sampling });
    expect(text).toContain(
      "searched: spans of crm-api, mes-api, shop-api with order.id 0b7e, since 2026-11-20 09:00:00",
    );
    expect(text).toContain("traces are kept for 14 days");
    expect(text).toContain("this stack keeps 20 to 100 %");
    expect(text).toContain("mes-api is not traced");
  });
});

describe("the chain", () => {
  test("takes no event of another order, even from one trace", async () => {
    const [server] = orders.request("crm-api", "POST /orders/{id}/approve", { at: 5 });
    const other = { ...orders.sent(server!, "order.approved", "another"), parentId: "0000" };
    const { chain } = await look([server!, other]);
    expect(chain!.events).toHaveLength(1);
  });

  test("counts a message once, however many spans and deliveries it had; the last one decides", async () => {
    const { spans, message } = orders.priceRequested();
    const [first] = orders.taken(message, "mes-api", "mes.price-requests", { failed: true });
    const [again] = orders.taken(message, "mes-api", "mes.price-requests", { afterMs: 5000 });
    const { chain } = await look([...spans, again!, first!]);
    const taken = chain!.events.filter(({ kind }) => kind === "taken");
    expect(taken).toMatchObject([{ failed: false, at: first!.start, end: again!.end }]);
  });

  test("names an error by its class and where it happened, never by its message", async () => {
    const [server, query] = orders.request("shop-api", "POST /orders/{id}/submit", { at: 1, status: 500 });
    const broken = {
      ...query!,
      failed: true,
      exception: "org.postgresql.util.PSQLException",
      attributes: { ...query!.attributes, "exception.message": "erika@customer.example" },
    };
    const { chain, text } = await look([server!, broken]);
    expect(chain!.events[0]!.errors).toEqual([
      { service: "shop-api", type: "HTTP 500" },
      { service: "shop-api", type: "org.postgresql.util.PSQLException" },
    ]);
    expect(text).toContain("ERROR org.postgresql.util.PSQLException at shop-api");
    expect(JSON.stringify(chain) + text).not.toContain("erika");
  });

  test("knows .NET's names of routes and the newest names of messages", async () => {
    const started = span(
      "mes-api",
      "server",
      {
        "http.request.method": "POST",
        "http.route": "orders/{id}/start",
        "url.path": `/orders/${order}/start`,
        "http.response.status_code": "200",
        "order.id": order,
      },
      { name: "POST orders/{id}/start", start: at(1), end: at(1) + 5 },
    );
    const told = span(
      "mes-api",
      "producer",
      { "messaging.destination.name": "orders:order.status-changed" },
      { parentId: started.spanId, start: at(1) + 2, end: at(1) + 3 },
    );
    const heard = span(
      "crm-api",
      "consumer",
      { "messaging.destination.name": "orders:order.status-changed:crm.statuses" },
      { parentId: told.spanId, start: at(1) + 4, end: at(1) + 6 },
    );
    const { chain } = await look([started, told, heard]);
    expect(chain!.events.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      "request started",
      "sent started",
      "taken started",
    ]);
  });

  test("says that the search was cut", async () => {
    // Names of steps are searched one by one then, so that it is whole all the same.
    expect((await look(orders.closed(), { depth: 2 })).chain!.verdict.outcome).toBe("closed");
    expect((await look(orders.closed(), { depth: 2 })).text).toContain(
      "cut: crm-api, apart from steps: only the newest 2 traces were read",
    );
  });
});
