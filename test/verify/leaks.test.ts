import { once } from "node:events";
import { connect } from "node:net";
import { handToAgent } from "../../lib/planted/agent.ts";
import { harmless } from "../../lib/planted/harmless.ts";
import { attribute, type Span } from "../../lib/planted/otlp.ts";
import { checkLeaks, type LeakOptions } from "../../verify/leaks/check.ts";
import { leakExitCode, reportLeaks } from "../../verify/leaks/report.ts";
import { openStore, type Store } from "../../lib/elasticsearch/store.ts";
import { account, TraceAgent, TraceStore, type Way } from "../support/trace-store.ts";

const spanName = "leak check";
const isHarmless = ({ key, value }: { key: string; value: object }) =>
  harmless.some((one) => one.key === key && "stringValue" in value && one.value === value.stringValue);

/** A redaction that is perfect: what it does not know to be harmless goes. */
const clean: Way = ({ events: _events, links: _links, status: _status, ...span }) => ({
  ...span,
  name: spanName,
  attributes: (span.attributes ?? []).filter((one) => one.key === "correlation.id" || isHarmless(one)),
});

/** The planted span whose attribute of this key holds the text. */
const holds = (span: Span, key: string, text: string) =>
  span.attributes?.some((one) => one.key === key && JSON.stringify(one.value).includes(text));

const reach = { indices: "*-jaeger-*", reader: "the reader of all groups" };

describe("the search for leaks", () => {
  let store: TraceStore;
  let reader: Store;
  const agents: TraceAgent[] = [];
  beforeEach(async () => {
    store = await new TraceStore().listen();
    store.add("shop-jaeger-service-000001", { serviceName: "shop-api", operationName: "GET /orders/{id}" });
    reader = openStore({ ...reach, endpoints: [{ origin: store.origin, connect: {} }], account });
  });
  afterEach(async () => {
    for (const agent of agents.splice(0)) agent.close();
    await reader[Symbol.asyncDispose]();
    store.close();
  });

  async function check(way: Way, more: Partial<LeakOptions> = {}) {
    const agent = await new TraceAgent(store, way).listen();
    agents.push(agent);
    const open = async () => {
      const socket = connect(agent.port, "127.0.0.1");
      await once(socket, "connect");
      return socket;
    };
    const leaks = await checkLeaks({
      entrances: [
        {
          group: "shop",
          service: "shop-api",
          hand: (spans) => handToAgent({ name: "shop-api", open, pauseMs: 1 }, spans),
        },
      ],
      store: reader,
      dropped: new Set(),
      ...{ wait: 0, pause: 10, since: Date.now() - 60_000, most: 200_000 },
      ...more,
    });
    return { leaks, agent };
  }

  test("nothing found where everything is cleaned, and all that was planted was there to be searched", async () => {
    const { leaks, agent } = await check(clean);
    expect(leaks).toMatchObject({ ok: true, findings: [], masked: [] });
    expect(leaks.groups).toEqual([
      {
        group: "shop",
        service: "shop-api",
        planted: expect.any(Number) as number,
        arrived: leaks.groups[0]!.planted,
        lost: 0,
        harmless: harmless.length,
      },
    ]);
    expect(leakExitCode(leaks)).toBe(0);
    // Every kind and every place, and in small portions: the agent serves an application.
    expect(new Set(leaks.cells.map(({ kind }) => kind)).size).toBeGreaterThan(18);
    expect(new Set(leaks.cells.map(({ place }) => place)).size).toBeGreaterThan(40);
    expect(agent.requests).toBeGreaterThan(leaks.groups[0]!.planted / 101);
    expect(store.open.size).toBe(0);
    expect(reportLeaks(leaks)).toContain("No leak.");
  }, 60_000);

  test.each<[string, Way, object]>([
    [
      "in a name",
      (span, all) => ({ ...clean(span, all)!, name: span.name.includes("erika.mustermann@") ? span.name : spanName }),
      { place: "span name", kind: "email", field: "operationName" },
    ],
    [
      "in an attribute, in another form",
      (span, all) =>
        holds(span, "customer.note", "DE89370400440532013000")
          ? {
              ...clean(span, all)!,
              attributes: [attribute("note", Buffer.from('{"to":"DE89370400440532013000"}').toString("base64"))],
            }
          : clean(span, all),
      { place: "attribute of an unknown key", kind: "iban", field: "tag[note]" },
    ],
    [
      "in the name of an attribute, which is not printed",
      (span, all) =>
        span.attributes?.some(({ key }) => key === "79161234567")
          ? { ...clean(span, all)!, attributes: [attribute("79161234567", "79161234567")] }
          : clean(span, all),
      { place: "key of an attribute", kind: "phone-ru", field: "tag[a key that holds it]" },
    ],
  ])(
    "a value that is left is found: %s",
    async (_title, way, finding) => {
      const { leaks } = await check(way);
      expect(leaks.findings).toContainEqual({ group: "shop", index: "shop-jaeger-span-000001", ...finding });
      expect(leaks.cells.filter(({ found }) => found > 0)).toMatchObject([{ found: 1 }]);
      expect(leakExitCode(leaks)).toBe(1);
      expect(reportLeaks(leaks)).toMatch(/1!\d+[^]*leak: group shop/);
    },
    60_000,
  );

  test("a value in the list of span names is found, where no trace leads to it", async () => {
    store.add("crm-jaeger-service-000001", { serviceName: "crm-api", operationName: "GET /x/4111111111111111" });
    const { leaks } = await check(clean);
    expect(leaks.findings).toEqual([
      {
        ...{ group: "any", place: "lists of services and span names", kind: "card" },
        ...{ index: "crm-jaeger-service-000001", field: "operationName" },
      },
    ]);
    expect(leakExitCode(leaks)).toBe(1);
  }, 60_000);

  test("a harmless value that was masked is a fault", async () => {
    const { leaks } = await check((span, all) => {
      const out = clean(span, all)!;
      return holds(span, "exception.message", "ORD-77012")
        ? { ...out, attributes: [attribute("exception.message", "****")] }
        : out;
    });
    expect(leaks.masked).toEqual([{ group: "shop", key: "exception.message", value: "ORD-77012" }]);
    expect(leakExitCode(leaks)).toBe(1);
  }, 60_000);

  test("where nothing arrives, nothing is proven", async () => {
    const { leaks } = await check(() => undefined);
    expect(leaks).toMatchObject({ ok: false, findings: [] });
    expect(leaks.groups[0]!.lost).toBe(leaks.groups[0]!.planted);
    expect(leakExitCode(leaks)).toBe(2);
    expect(reportLeaks(leaks)).toMatch(/lost: group shop: \d+ spans did not arrive, so nothing is proven/);
  }, 60_000);

  test("what is dropped on purpose need not arrive, all else must", async () => {
    const withoutLinks: Way = (span, all) => (span.links ? undefined : clean(span, all));
    const dropped = new Set(["link, attribute", "link, trace state"]);
    expect(leakExitCode((await check(withoutLinks, { dropped })).leaks)).toBe(0);
    expect(leakExitCode((await check(withoutLinks)).leaks)).toBe(2);
  }, 60_000);

  test("waits for spans that come late", async () => {
    const late: (() => void)[] = [];
    const held = store.add.bind(store);
    store.add = (...document) => void late.push(() => held(...document));
    setTimeout(() => {
      store.add = held;
      late.forEach((come) => come());
    }, 700);
    const { leaks } = await check(clean, { wait: 30_000 });
    expect(leaks.ok).toBe(true);
  }, 60_000);

  describe("in real traffic", () => {
    const person = "Ivan.Petrov@mail.example";
    const span = (text: string, startTimeMillis = Date.now()) => ({
      ...{ traceID: "a".repeat(32), spanID: "b".repeat(16), operationName: "GET /orders", startTimeMillis },
      tags: [{ key: "url.path", type: "string", value: text }],
    });

    test("a customer's value is found in any form, and never printed", async () => {
      store.add("crm-jaeger-span-000001", span(`/find/${encodeURIComponent(person.toLowerCase())}`));
      const { leaks } = await check(clean, { customers: ["Nobody Else", person, "", "abc"] });
      expect(leaks.traffic).toMatchObject({ values: 2, tooShort: 1, cut: false });
      expect(leaks.traffic!.findings).toMatchObject([
        { line: 2, index: "crm-jaeger-span-000001", field: "tags[url.path]", documents: 1 },
      ]);
      expect(leakExitCode(leaks)).toBe(1);
      expect(reportLeaks(leaks)).toContain("leak: line 2");
      expect(`${reportLeaks(leaks)}${JSON.stringify(leaks.traffic)}`.toLowerCase()).not.toContain("petrov");
    }, 60_000);

    test("older traffic is not read", async () => {
      store.add("crm-jaeger-span-000001", span(person, Date.now() - 3_600_000));
      const { leaks } = await check(clean, { customers: [person] });
      expect(leaks.traffic).toMatchObject({ findings: [], documents: 1, of: 1 });
      expect(leakExitCode(leaks)).toBe(0);
    }, 60_000);

    test("what is stored while it asks does not make the numbers disagree", async () => {
      const count = reader.count.bind(reader);
      reader.count = async (query) => {
        const counted = await count(query);
        store.add("crm-jaeger-span-000001", span("/orders"));
        return counted;
      };
      const { traffic } = (await check(clean, { customers: [person] })).leaks;
      expect(traffic!.documents).toBeGreaterThan(1);
      expect(traffic).toMatchObject({ of: traffic!.documents, cut: false });
    }, 60_000);

    test("a reading that was cut proves nothing", async () => {
      for (let at = 0; at < 1_001; at++) store.add("crm-jaeger-span-000001", span("/orders"));
      const { leaks } = await check(clean, { customers: [person], most: 1_000 });
      expect(leaks.traffic).toMatchObject({ cut: true, documents: 1_000, of: 1_002 });
      expect(leakExitCode(leaks)).toBe(2);
      expect(store.open.size).toBe(0);
    }, 60_000);

    test("values that are all too short are refused", async () => {
      await expect(check(clean, { customers: ["abc"] })).rejects.toThrow("no value of 4 or more characters");
    }, 60_000);
  });

  describe("a store that cannot be searched is an error, before anything is planted", () => {
    const asking = async (prepare: (agentOf: TraceStore) => void, more = {}) => {
      prepare(store);
      const other = openStore({
        ...reach,
        endpoints: [{ origin: store.origin, connect: {} }],
        account: { ...account, ...more },
      });
      const hand = jest.fn();
      try {
        await checkLeaks({
          ...{ entrances: [{ group: "shop", service: "shop-api", hand }], store: other, dropped: new Set<string>() },
          ...{ wait: 0, since: 0, most: 1 },
        });
      } finally {
        expect(hand).not.toHaveBeenCalled();
        await other[Symbol.asyncDispose]();
      }
    };

    test("a wrong password", async () => {
      await expect(asking(() => undefined, { password: "wrong" })).rejects.toThrow(/401.*ELASTICSEARCH_USERNAME/);
    });
    test("an account that sees nothing", async () => {
      await expect(asking(({ documents }) => documents.splice(0))).rejects.toThrow(/404.*must be able to read/);
    });
    test("a part that does not answer", async () => {
      await expect(asking((one) => (one.failedShards = 1))).rejects.toMatchObject({
        message: expect.stringContaining("1 shards did not answer") as string,
        transient: true,
      });
    });
    test("the password is in no message", async () => {
      const error: unknown = await asking(() => undefined, { password: "hidden" }).catch((reason: unknown) => reason);
      expect((error as Error).message).not.toContain("hidden");
    });
  });
});

describe("an agent that does not take the spans", () => {
  test("says which, and that nothing listens there", async () => {
    const open = () => Promise.resolve(connect(1, "127.0.0.1"));
    await expect(handToAgent({ name: "shop-api", open }, [])).resolves.toBeUndefined();
    await expect(
      handToAgent({ name: "shop-api", open }, [{ resource: { attributes: [] }, scopeSpans: [] }]),
    ).rejects.toMatchObject({ message: expect.stringContaining("The agent of shop-api does not answer") as string });
  });
});
