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
