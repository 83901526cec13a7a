import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { Agent } from "undici";
import { jaegerView, type Search, type View } from "../../../lib/jaeger/client.ts";
import { spanKind, spansOf, tracesDataSchema, tracesOf } from "../../../lib/jaeger/span.ts";
import { order } from "../../support/spans.ts";

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
              {
                traceId: "5b8efff798038103d269b633813fc60c",
                spanId: "eee19b7ec3c1b176",
                name: "crm.prices process",
                kind: 5,
                startTimeUnixNano: "1795409701000000000",
                endTimeUnixNano: "1795409701900000000",
                attributes: [{ key: "order.id", value: { stringValue: order } }],
                events: [
                  {
                    name: "exception",
                    attributes: [{ key: "exception.type", value: { stringValue: "java.io.IOException" } }],
                  },
                ],
                status: { code: 2, message: "no" },
              },
            ],
          },
        ],
      },
      { resource: {}, scopeSpans: [{ scope: {}, spans: [{ traceId: "aa", spanId: "bb" }] }] },
    ],
  },
};

/** What it answered to `/api/traces`, shortened. */
const older = {
  data: [
    {
      traceID: "3d269b633813fc60",
      spans: [
        {
          traceID: "3d269b633813fc60",
          spanID: "eee19b7ec3c1b176",
          operationName: "crm.prices process",
          references: [
            { refType: "CHILD_OF", traceID: "3d269b633813fc60", spanID: "eee19b7ec3c1b175" },
            { refType: "FOLLOWS_FROM", traceID: "5b8efff798038103d269b633813fc60c", spanID: "ab" },
          ],
          startTime: 1_795_409_701_000_500,
          duration: 500,
          tags: [
            { key: "order.id", type: "string", value: order },
            { key: "span.kind", type: "string", value: "consumer" },
            { key: "otel.status_code", type: "string", value: "ERROR" },
            { key: "error", type: "bool", value: true },
            { key: "raw", type: "binary", value: "AA==" },
          ],
          logs: [{ timestamp: 1, fields: [{ key: "exception.type", type: "string", value: "java.io.IOException" }] }],
          processID: "p1",
          warnings: null,
        },
        { traceID: "ffff", spanID: "01", operationName: "of another order", startTime: 1, processID: "p1", logs: null },
      ],
      processes: {
        p1: { serviceName: "crm-api", tags: [{ key: "tracing.group", type: "string", value: "crm" }] },
      },
    },
  ],
  total: 0,
  errors: null,
};

describe("spans from OTLP JSON", () => {
  test("take service and group from the resource", () => {
    const [first, wrong, bare] = spansOf(tracesDataSchema.parse(answer.result));
    expect(first).toEqual({
      traceId: "5b8efff798038103d269b633813fc60c",
      spanId: "eee19b7ec3c1b175",
      parentId: "eee19b7ec3c1b174",
      name: "orders publish",
      kind: spanKind.producer,
      start: 1_795_409_701_000,
      end: 1_795_409_701_900,
      failed: false,
      exception: undefined,
      service: "crm-api",
      group: "crm",
      attributes: { "messaging.system": "rabbitmq", "messaging.message.body.size": "200", error: "false" },
      links: [],
    });
    expect(wrong).toMatchObject({ failed: true, exception: "java.io.IOException" });
    expect(bare).toMatchObject({ service: "", group: undefined, parentId: undefined, failed: false });
  });

  test("of an unknown sender say who that is", () => {
    const attributes = [
      { key: "tracing.sender.namespace", value: { stringValue: "shop" } },
      { key: "tracing.sender.service_account", value: { stringValue: "default" } },
    ];
    const scopeSpans = [{ spans: [{ traceId: "aa", spanId: "bb" }] }];
    const read = tracesDataSchema.parse({ resourceSpans: [{ resource: { attributes }, scopeSpans }] });
    expect(spansOf(read)).toMatchObject([{ sender: "shop/default" }]);
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
      (view) => view.find({ ...search, operation: "orders publish" }),
    );
    expect(spans).toHaveLength(3);
    expect(asked.pathname).toBe("/api/v3/traces");
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      "query.service_name": "crm-api",
      "query.operation_name": "orders publish",
      "query.start_time_min": "2026-11-23T04:55:00.000Z",
      "query.start_time_max": "2026-11-23T04:56:40.000Z",
      "query.num_traces": "7",
      "query.raw_traces": "true",
    });
  });

  describe("searches by attributes", () => {
    const byOrder: Search = { ...search, attributes: { "order.id": order } };
    const none = { error: { httpCode: 404, message: "No traces found" } };

    /** A Jaeger that filters in its interface of version 3, as 2.19, or only in the older one. */
    async function found(filters: boolean, searches = 1) {
      const asked: string[] = [];
      const spans = await ask(
        (request, response) => {
          const { pathname, searchParams } = new URL(request.url!, "http://none");
          const attributes = searchParams.get("query.attributes");
          const isHit = !filters || attributes === JSON.stringify(byOrder.attributes);
          asked.push(
            `${pathname} ${searchParams.get("query.num_traces") ?? JSON.stringify(Object.fromEntries(searchParams))}`,
          );
          if (pathname === "/api/traces") response.end(JSON.stringify(older));
          else response.writeHead(isHit ? 200 : 404).end(JSON.stringify(isHit ? answer : none));
        },
        async (view) => {
          const answers = [];
          for (let i = 0; i < searches; i++) answers.push(await view.find(byOrder));
          return answers.at(-1)!;
        },
      );
      return { asked, spans };
    }

    test("use version 3 where that filters, and keep whole traces that match", async () => {
      const { asked, spans } = await found(true);
      expect(asked).toEqual(["/api/v3/traces 1", "/api/v3/traces 7"]);
      expect(spans.map(({ name }) => name)).toEqual(["orders publish", "crm.prices process"]);
    });

    test("use the older search where version 3 ignores them, and ask for that only once", async () => {
      const { asked, spans } = await found(false, 2);
      const query = {
        service: "crm-api",
        start: "1795409700000000",
        end: "1795409800000000",
        limit: "7",
        raw: "true",
        tags: `{"order.id":"${order}"}`,
      };
      const search = `/api/traces ${JSON.stringify(query)}`;
      expect(asked).toEqual(["/api/v3/traces 1", search, search]);
      expect(spans).toEqual([
        {
          traceId: "00000000000000003d269b633813fc60",
          spanId: "eee19b7ec3c1b176",
          parentId: "eee19b7ec3c1b175",
          name: "crm.prices process",
          kind: spanKind.consumer,
          start: 1_795_409_701_000.5,
          end: 1_795_409_701_001,
          failed: true,
          exception: "java.io.IOException",
          service: "crm-api",
          group: "crm",
          attributes: { "order.id": order, "span.kind": "consumer", "otel.status_code": "ERROR", error: "true" },
          links: [{ traceId: "5b8efff798038103d269b633813fc60c", spanId: "ab" }],
        },
      ]);
    });
  });

  test("an answer in several documents", async () => {
    const text = `${JSON.stringify(answer)}\n${JSON.stringify(answer)}\n`;
    expect(await ask(say(200, text), (view) => view.find(search))).toHaveLength(6);
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
