import { gzipSync } from "node:zlib";
import { request } from "undici";
import { attributes } from "../../../lib/attributes.ts";
import { frontEndName, defaultNamespace as namespace } from "../../../lib/names.ts";
import { attribute, type ResourceSpans } from "../../../lib/planted/otlp.ts";
import { receivedOf, type Received } from "../collector/received.ts";
import { tokenOf, type Gateway } from "../redaction/gateway.ts";
import { spanWith } from "../redaction/spans.ts";
import { app, spansPerSecond, type Entry } from "./entry.ts";

const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 };
const order = "0b7e2c9a-6f0e-4f5a-9a3d-2f6f9f1d8c11";
const [origin] = app.origins;

/** A span of a browser that says it is of this service; `undefined`: of none. */
function browserSpan(service: string | undefined = app.id, kind = kinds.client, claims: Record<string, string> = {}) {
  const named = service === undefined ? [] : [attribute(attributes.serviceName, service)];
  const all = Object.entries(claims).map(([key, value]) => attribute(key, value));
  return spanWith({ resource: { attributes: [...named, ...all] }, span: { kind, attributes: all } });
}

const bodyOf = (...resourceSpans: ResourceSpans[]) => JSON.stringify({ resourceSpans });

/** What has to hold, in words, and what was seen instead. */
type Faults = string[];

function differs(what: string, actual: unknown, wanted: unknown): Faults {
  const [is, should] = [actual, wanted].map((value) => JSON.stringify(value));
  return is === should ? [] : [`${what}: ${is} instead of ${should}`];
}

async function accepted(entry: Entry, gateway: Gateway): Promise<Faults> {
  const claims = {
    [attributes.group]: "mes",
    [attributes.subject]: "system:serviceaccount:mes:mes-api",
    "tracing.own_trace_id": "f".repeat(32),
    [attributes.orderId]: order,
    "url.path": `/api/orders/${order}`,
    "user.email": "somebody@mail.example",
  };
  const sent = browserSpan(app.id, kinds.client, claims);
  sent.resource.attributes.push(attribute("host.name", "a-server-of-ours"));
  const { status, headers } = await entry.call({ headers: { origin: origin! }, body: bodyOf(sent) });
  const raw = await entry.left();
  const token = tokenOf({ namespace, serviceAccount: frontEndName(app.id) });
  const received: Received[] = [];
  for (const one of raw) received.push(...receivedOf(await gateway.sendRaw(one, token)));
  const [out] = received;
  const sorted = (record: Record<string, string> = {}) => Object.entries(record).sort();
  return [
    ...differs("status", status, 200),
    ...differs("origin that is let in", headers["access-control-allow-origin"], origin),
    ...differs("spans behind the gateway", received.length, 1),
    ...differs("its trace", out?.traceId, sent.traceId),
    ...differs("its resource", sorted(out?.resource), [
      [attributes.serviceName, app.id],
      [attributes.group, app.group],
    ]),
    ...differs("its order", out?.span[attributes.orderId], undefined),
    ...["own_trace_id", "somebody@", "a-server-of-ours", "mes-api"].flatMap((text) =>
      differs(`${text} in it`, out?.everything.includes(text), false),
    ),
  ];
}

async function otherOrigins(entry: Entry): Promise<Faults> {
  const preflight = async (from: string) => {
    const headers = {
      origin: from,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    };
    return (await entry.call({ method: "OPTIONS", headers })).headers["access-control-allow-origin"];
  };
  // What needs no preflight a browser may send from anywhere: it must be of no use.
  const simple = await entry.call({
    headers: { origin: "https://evil.example", "content-type": "text/plain" },
    body: bodyOf(browserSpan()),
  });
  return [
    ...differs("preflight of its own origin", await preflight(origin!), origin),
    ...differs("preflight of another", await preflight("https://evil.example"), undefined),
    ...differs("preflight of one that ends like it", await preflight(`${origin!}.evil.example`), undefined),
    ...differs("preflight without TLS", await preflight(origin!.replace("https", "http")), undefined),
    ...differs("status of a simple request from another", simple.status, 415),
    ...differs("spans that went on", (await entry.left()).length, 0),
  ];
}

async function tooLarge(entry: Entry): Promise<Faults> {
  const claims = { "browser.text": "x".repeat(600 * 1024) };
  const large = bodyOf(browserSpan(app.id, kinds.client, claims));
  const packed = gzipSync(large);
  const plain = await entry.call({ body: large });
  const zip = await entry.call({ body: packed, headers: { "content-encoding": "gzip" } });
  const small = await entry.call({ body: gzipSync(bodyOf()), headers: { "content-encoding": "gzip" } });
  return [
    ...differs("status of a large request", plain.status >= 400, true),
    ...differs(`status of ${packed.length} bytes that are a large request unpacked`, zip.status >= 400, true),
    ...differs("status of a small packed one", small.status, 200),
    ...differs("spans that went on", (await entry.left()).length, 0),
  ];
}

async function otherServices(entry: Entry): Promise<Faults> {
  const dropped = () => entry.counter("otelcol_processor_filter_spans_filtered");
  const before = await dropped();
  const spans = [
    browserSpan("shop-api"),
    browserSpan("crm"),
    browserSpan("no-such-service"),
    browserSpan(""),
    spanWith({ span: { kind: kinds.client } }),
    ...[0, kinds.server, kinds.producer, kinds.consumer].map((kind) => browserSpan(app.id, kind)),
  ];
  for (const one of spans) await entry.call({ body: bodyOf(one) });
  return [
    ...differs("spans that went on", (await entry.left()).flatMap(receivedOf).length, 0),
    ...differs("spans that were counted as dropped", (await dropped()) - before, spans.length),
  ];
}

async function flood(entry: Entry): Promise<Faults> {
  const [batch] = [browserSpan()];
  const [scope] = batch.scopeSpans;
  const spans = Array.from({ length: 400 }, (_, index) => ({
    ...scope!.spans[0]!,
    spanId: (index + 1).toString(16).padStart(16, "0"),
  }));
  const body = bodyOf({ ...batch, scopeSpans: [{ ...scope!, spans }] });
  const tailSampling = "otelcol_processor_tail_sampling_";
  const dropped = async () =>
    (await entry.counter(`${tailSampling}global_count_traces_sampled{decision="not_sampled"`)) +
    (await entry.counter(`${tailSampling}sampling_trace_dropped_too_early`));
  // A trace that has passed once: left to itself the collector would pass on all that comes to it later.
  await entry.call({ body: bodyOf(batch) });
  const first = (await entry.left()).flatMap(receivedOf).length;
  const before = await dropped();
  const begin = Date.now();
  for (let round = 0; round < 10; round++) await entry.call({ body });
  const received = (await entry.left()).flatMap(receivedOf);
  // A burst of twice the rate, then the rate.
  const most = spansPerSecond * (2 + Math.ceil((Date.now() - begin) / 1000));
  const same = received.every(({ traceId }) => traceId === batch.traceId);
  return [
    ...(received.length > 0 && received.length <= most
      ? []
      : [`${received.length} of 4000 spans of one trace went on, at most ${most} may, and some must`]),
    ...differs("spans before the flood", first, 1),
    ...differs("their trace", same, true),
    ...differs("spans that were counted as dropped", (await dropped()) - before, 4000 - received.length),
  ];
}

async function otherWays(entry: Entry): Promise<Faults> {
  const statusOf = async (path: string) => (await entry.call({ path, body: "{}" })).status;
  const plain = await request(`http://127.0.0.1:${entry.port}/v1/traces`, { method: "POST", body: "{}" }).then(
    ({ statusCode }) => statusCode,
    () => 0,
  );
  const noTrace = bodyOf({
    ...browserSpan(),
    scopeSpans: [{ scope: {}, spans: [{ ...browserSpan().scopeSpans[0]!.spans[0]!, traceId: "" }] }],
  });
  await entry.call({ body: noTrace });
  return [
    ...differs("status of logs", await statusOf("/v1/logs"), 404),
    ...differs("status of metrics", await statusOf("/v1/metrics"), 404),
    ...differs("a request without TLS", plain === 0 || plain === 400, true),
    ...differs("a span without a trace goes on", (await entry.left()).flatMap(receivedOf).length, 0),
    ...differs(
      "what the log says of it all",
      entry
        .log()
        .split("\n")
        .filter((line) => /"level":"error"/.test(line)),
      [],
    ),
  ];
}

/** Each says what of it is not as it must be. */
export const cases: readonly { title: string; run: (entry: Entry, gateway: Gateway) => Promise<Faults> }[] = [
  { title: "a browser's span arrives under its front end's name, without an order and without claims", run: accepted },
  { title: "pages of other origins cannot send", run: otherOrigins },
  { title: "a request that is too large, packed or not, is refused", run: tooLarge },
  { title: "spans of others, of back ends and of servers are dropped and counted", run: otherServices },
  { title: "logs, metrics, plain text and spans without a trace get nowhere", run: otherWays },
  { title: "a flood passes at the rate, also in one trace", run: flood },
];
