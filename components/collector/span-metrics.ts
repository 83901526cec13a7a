import type { Landscape } from "../../config/landscape.ts";
import type { CatalogueStep, Store } from "../../config/model.ts";
import { attributes, proofAttributes } from "../../lib/attributes.ts";
import { healthPath } from "../../lib/health-paths.ts";
import { configText, ottlText, transform } from "./ottl.ts";

const span = (key: string) => `span.attributes["${key}"]`;
const resource = (key: string) => `resource.attributes["${key}"]`;
const isKind = (...kinds: string[]) => kinds.map((kind) => `span.kind == SPAN_KIND_${kind}`).join(" or ");
const matches = (value: string, pattern: string) => `IsMatch(${value}, ${ottlText(pattern)})`;
const any = (conditions: readonly string[]) => `(${conditions.join(" or ")})`;
const literal = (text: string) => text.replaceAll(/[.\\+*?()[\]{}|^$]/g, String.raw`\$&`);

/** Where a server span has the path of its request. */
const paths = ["http.route", "url.path", "http.target"];

/** The newest convention's value in the span's cache: the last statement that finds one wins. */
const cached = (name: string, keys: readonly string[]) =>
  [...keys].reverse().map((key) => `set(span.cache["${name}"], ${span(key)}) where ${span(key)} != nil`);

/** Whether the host of a call is that of a store; S3 in virtual-host style puts the bucket before it. */
function reaches({ host, system }: Store): string {
  const bucket = system === "s3" ? String.raw`([^.]+\.)?` : "";
  return matches(`span.cache["host"]`, `(?i)^${bucket}${literal(host)}(\\.|$)`);
}

/** Instrumentations of RabbitMQ often give no host, or only its IP address: then its kind has to do. */
function callsStore(store: Store): string {
  if (store.system !== "rabbitmq") return reaches(store);
  const host = `span.cache["host"]`;
  const unnamed = any([`${host} == nil`, matches(host, String.raw`^[\d.]+$|:`), reaches(store)]);
  return `${any(proofAttributes.messaging.map((key) => `${span(key)} == "${store.system}"`))} and ${unnamed}`;
}

/** Which store of the landscape a call goes to. */
function peers(stores: Landscape["stores"]) {
  return {
    context: "span" as const,
    conditions: [isKind("CLIENT", "PRODUCER", "CONSUMER")],
    statements: [
      ...cached("host", proofAttributes.host),
      ...Object.entries(stores).map(
        ([id, store]) => `set(${span(attributes.peer)}, "${id}") where ${callsStore(store)}`,
      ),
      // A message has another end, which the service graph is to wait for; a database never sends a span.
      `set(${span(attributes.store)}, ${span(attributes.peer)}) where ${isKind("CLIENT")} and ${span(attributes.peer)} != nil`,
    ],
  };
}

/** Whether a server span answered the request of a step. Routes stand for paths too, in the spelling of each runtime. */
function answers(request: string): string {
  const [method, path] = request.split(" ") as [string, string];
  const segments = path.split("/").filter(Boolean);
  const pattern = segments.map((segment) => (/^\{\w+\}$/.test(segment) ? "[^/?]+" : literal(segment))).join("/");
  return [
    any(proofAttributes.httpMethod.map((key) => `${span(key)} == "${method}"`)),
    any(paths.map((key) => matches(span(key), `^/?${pattern}/?([?].*)?$`))),
    // What a caller may not do, or got wrong, is no step, and no fault of the service.
    `not (span.cache["status"] != nil and span.cache["status"] >= 400 and span.cache["status"] < 500)`,
  ].join(" and ");
}

/** Whether a producer span sent the message of a step. The newest convention has the key in the destination. */
function sends(routingKey: string): string {
  const within = `(^|:)${literal(routingKey)}(:|$)`;
  return any([
    ...proofAttributes.routingKey.map((key) => `${span(key)} == "${routingKey}"`),
    ...proofAttributes.destination.map((key) => matches(span(key), within)),
  ]);
}

/** Which step of an order a span is: its request where it has one, else its message, so that each counts once. */
function steps(all: Landscape["steps"]) {
  const named = (of: (step: CatalogueStep) => string | undefined) =>
    Object.entries(all).flatMap(([id, step]) => {
      const condition = of(step);
      const owner = `${resource(attributes.serviceName)} == "${step.service}"`;
      return condition ? [`set(${span(attributes.step)}, "${id}") where ${owner} and ${condition}`] : [];
    });
  return [
    {
      context: "span" as const,
      conditions: [isKind("SERVER")],
      statements: [
        ...cached("status", proofAttributes.httpStatus),
        ...named(({ request }) => request && answers(request)),
      ],
    },
    {
      context: "span" as const,
      conditions: [isKind("PRODUCER")],
      statements: named(({ request, message }) => (request ? undefined : message && sends(message.routingKey))),
    },
  ].filter(({ statements }) => statements.length > 0);
}

/** What every span is measured by. All of it comes from the catalogue: what a sender makes up is no label. */
export function spanMetrics(
  { stores, steps: all }: Pick<Landscape, "stores" | "steps">,
  bucketsMs: readonly number[],
  pendingEdges: number,
) {
  const buckets = bucketsMs.map((ms) => `${ms}ms`);
  return {
    processors: {
      "filter/measured": {
        error_mode: "ignore",
        traces: {
          span: [
            "kind == SPAN_KIND_INTERNAL or kind == SPAN_KIND_UNSPECIFIED",
            `kind == SPAN_KIND_SERVER and ${any(
              paths.map((key) => configText(matches(`attributes["${key}"]`, `(?i)${healthPath}`))),
            )}`,
          ],
        },
      },
      "transform/measured": { ...transform(peers(stores), ...steps(all)), error_mode: "ignore" },
    },
    connectors: {
      span_metrics: {
        dimensions: [{ name: attributes.peer }, { name: attributes.step }],
        exclude_dimensions: ["span.name", "collector.instance.id"],
        resource_metrics_key_attributes: [attributes.serviceName],
        histogram: { unit: "s", explicit: { buckets } },
        exemplars: { enabled: true, max_per_data_point: 1 },
        aggregation_cardinality_limit: 2000,
        metrics_flush_interval: "15s",
      },
      service_graph: {
        latency_histogram_buckets: buckets,
        virtual_node_peer_attributes: [attributes.peer],
        database_name_attributes: [attributes.store],
        // How long the first half of a call waits for the other: a message lies in its queue for a while.
        store: { ttl: "60s", max_items: pendingEdges },
        cache_loop: "15m",
        metrics_flush_interval: "15s",
      },
    },
  };
}

/** Limits of the buckets of all durations, milliseconds: calls, and prices that take half an hour. */
const durations = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 60_000, 300_000, 1_800_000];

/** The buckets, with what services promise among them: only what is a limit can be compared with. */
export function durationBuckets(latencyMs: readonly number[]): number[] {
  return [...new Set([...durations, ...latencyMs])].sort((a, b) => a - b);
}
