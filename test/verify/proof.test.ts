import { witnesses } from "../../verify/edges.ts";
import type { Search } from "../../lib/jaeger/client.ts";
import { prove } from "../../verify/proof.ts";
import { report } from "../../verify/report.ts";
import { spanKind, tracesOf, type Span } from "../../lib/jaeger/span.ts";
import { views } from "../support/jaeger.ts";
import { edge, groups, landscape, landscapeWith, order, span } from "../support/spans.ts";

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
    const extra = {
      crm: [span("shop-api", "server", {}, at)],
      mes: [span("mes-api", "server", {}, { ...at, group: "crm" })],
    };
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

  test("an hour of probes: not one edge is seen, and the hint says what was", async () => {
    const probes = Object.keys(groups).flatMap((service, i) => {
      const traceId = `p${i}`;
      const probe = span(service, "server", { "url.path": "/actuator/health/readiness" }, { ...at, traceId });
      const under = (attributes: object) =>
        span(service, "client", attributes, { ...at, traceId, parentId: probe.spanId });
      const database = service === "mes-api" ? "mes-db" : "shop-db";
      const scanner = { "url.path": "/wp-login.php", "http.response.status_code": "404" };
      return [
        ...[probe, under(db(database)), under({ "http.request.method": "HEAD", "server.address": "files-storage" })],
        span(service, "server", scanner, { ...at, traceId: `s${i}` }),
        span(service, "server", { "url.path": "/favicon.ico" }, { ...at, traceId: `f${i}` }),
      ];
    });
    const proof = await prove(landscape, views(probes), options);
    expect(proof.edges).toHaveLength(12);
    expect(proof.edges.map(({ state }) => state)).toEqual(Array(12).fill("idle"));
    expect(proof.ok).toBe(false);
    const text = report(proof);
    expect(text).toContain("0 of 10 required edges seen");
    expect(text).toContain("no traffic: shop-api -> shop-db: seen, but by no order that succeeded: 1 of a probe.");
    expect(text).toContain("--since 1d");
  });

  test("a store that has another name here is named in the hint, with the line to write", async () => {
    const renamed = everything().map((s) =>
      s.attributes["server.address"] === "shop-db.x.svc"
        ? { ...s, attributes: { ...s.attributes, "server.address": "pgbouncer.db.svc" } }
        : s,
    );
    const proof = await prove(landscape, views(renamed), options);
    expect(proof.edges.find(({ id }) => id === "shop-api -> shop-db")).toMatchObject({
      state: "missing",
      hint: expect.stringMatching(
        /go to 1 pgbouncer\.db\.svc\..*stores: \{shop-db: \{hosts: \[pgbouncer\.db\.svc\]\}\}/,
      ) as string,
    });
  });

  test("a name without a span in this time is a note, and no leak", async () => {
    const old = { mes: [span("mes-backend", "server", {}, { start: now - 3_600_000, group: "mes" })] };
    const proof = await prove(landscape, views(everything(), { extra: old }), options);
    expect(proof).toMatchObject({ ok: true, leaks: [] });
    expect(proof.notes).toEqual([expect.stringContaining("view mes lists mes-backend") as string]);
    expect(report(proof)).toContain("note: view mes lists mes-backend");
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
