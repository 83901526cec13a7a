/**
 * Tries whether Jaeger finds what people look for, with the field types of the plan: the real Elasticsearch and Jaeger on the
 * loopback, the plan's own configurations, and no more rights than the plan gives. Needs no cluster.
 */
import { randomBytes } from "node:crypto";
import { storePlan } from "../../components/elasticsearch/store-plan.ts";
import { ensureWriteIndex } from "../../components/elasticsearch/write-index.ts";
import { jaegerCollectorConfig } from "../../components/jaeger/config.ts";
import { readStack } from "../../config/stack-file.ts";
import { AskError } from "../../lib/ask-error.ts";
import { attribute, type Attribute, type Span } from "../../lib/planted/otlp.ts";
import { ensureParts } from "../toolchain/index.ts";
import { waitFor } from "../wait.ts";
import { tryCases, type CollectorCase } from "./collector/cases.ts";
import { withoutFiles } from "./context.ts";
import { startJaegerCollector, startJaegerQuery, withoutTags } from "./store/jaeger.ts";
import { makeTemplates, startStore, type StoreServer } from "./store/server.ts";

const context = withoutFiles(readStack("local"));
const group = context.landscape.groups[0]!;
const plan = storePlan(context);
const patienceMs = 60_000;

type Query = Awaited<ReturnType<typeof startJaegerQuery>>;
interface Trace {
  readonly traceID: string;
  readonly spans: readonly { readonly spanID: string; readonly tags: readonly Tag[]; readonly references: object[] }[];
  readonly processes: Readonly<Record<string, { readonly tags: readonly Tag[] }>>;
}
interface Tag {
  readonly key: string;
  readonly type: string;
  readonly value: unknown;
}

const service = "shop-api";
const newId = (size: number) => randomBytes(size).toString("hex");
const traces = { wanted: newId(16), other: newId(16), old: newId(16) };
const order = "0b7e2c9a-6f0e-4b1c-9d53-5a1c2f7e9b10";
const pod = "shop-api-6d4cf56db6-x7k2p";

function spanOf(traceId: string, milliseconds: number, more: Partial<Span> = {}): Span {
  const begin = BigInt(Date.now()) * 1_000_000n;
  return {
    ...{ traceId, spanId: newId(8), name: "GET /orders", kind: 2, startTimeUnixNano: String(begin) },
    endTimeUnixNano: String(begin + BigInt(milliseconds) * 1_000_000n),
    ...more,
  };
}

/** A value of each type; one that no setting lets through, and that is mapped by nothing. */
const attributes: readonly Attribute[] = [
  attribute("order.id", order),
  attribute("http.response.status_code", { intValue: "503" }),
  attribute("messaging.destination.temporary", { boolValue: true }),
  attribute("code.line.number", { doubleValue: 1.5 }),
  attribute("nobody.knows", "this"),
  attribute("db.query.text", "SELECT ".repeat(100)),
];

const root = spanOf(traces.wanted, 900, {
  name: "POST /orders",
  attributes: [...attributes],
  status: { code: 2, message: "it failed" },
  events: [{ timeUnixNano: "1", name: "exception", attributes: [attribute("exception.type", "java.io.IOException")] }],
});
const child = spanOf(traces.wanted, 5, { parentSpanId: root.spanId });

/** Found is what was asked for, and nothing else. */
async function only(query: Query, wanted: string, ask: Readonly<Record<string, string>>): Promise<string[]> {
  const found = ((await query.ask("traces", { service, lookback: "1h", limit: "20", ...ask })) as Trace[]).map(
    ({ traceID }) => traceID,
  );
  return found.length === 1 && found[0] === wanted ? [] : [`${JSON.stringify(ask)}: ${found.length} traces found`];
}

const byTag = (query: Query, wanted: string, tag: Readonly<Record<string, string>>) =>
  only(query, wanted, { tags: JSON.stringify(tag) });

const cases: readonly CollectorCase<[Query]>[] = [
  {
    title: "services and operations are listed",
    async run(query) {
      const listed = [await query.ask("services"), await query.ask(`services/${service}/operations`)];
      const wanted = [[service], ["GET /orders", "POST /orders"]];
      const sorted = listed.map((names) => [...(names as string[])].sort());
      return JSON.stringify(sorted) === JSON.stringify(wanted) ? [] : [JSON.stringify(listed)];
    },
  },
  {
    title: "a trace is found by service and operation, and by how long it took",
    async run(query) {
      return [
        ...(await only(query, traces.wanted, { operation: "POST /orders" })),
        ...(await only(query, traces.wanted, { minDuration: "500ms" })),
        ...(await only(query, traces.other, { minDuration: "100ms", maxDuration: "400ms" })),
      ];
    },
  },
  {
    title: "by a tag of a span, whatever its type, of its resource, of its scope and of an event",
    async run(query) {
      const faults: string[] = [];
      const tags: readonly Readonly<Record<string, string>>[] = [
        ...[
          { "order.id": order },
          { "http.response.status_code": "503" },
          { "messaging.destination.temporary": "true" },
        ],
        ...[{ "code.line.number": "1.5" }, { error: "true" }],
        ...[{ "order.id": `${order.slice(0, 8)}.*` }, { "order.id": order, error: "true" }],
        ...[{ "k8s.pod.name": pod }, { "tracing.group": group }, { "exception.type": "java.io.IOException" }],
      ];
      for (const tag of tags) faults.push(...(await byTag(query, traces.wanted, tag)));
      return faults;
    },
  },
  {
    title: "also where its tags are documents of their own, as they were before",
    run: (query) => byTag(query, traces.old, { "order.id": "of-before" }),
  },
  {
    title: "nothing is found by a value of another tag, and nothing refused for a tag that nobody knows",
    async run(query) {
      const found = await Promise.all(
        [{ "order.id": "503" }, { "nobody.knows": "that" }, { "never.seen": "1" }].map(
          async (tag) => (await query.ask("traces", { service, lookback: "1h", tags: JSON.stringify(tag) })) as Trace[],
        ),
      );
      return found.every(({ length }) => length === 0) ? [] : [found.map(({ length }) => length).join(" ")];
    },
  },
  {
    title: "a trace has all its spans, in their order below each other, with every tag and its type",
    async run(query) {
      const [trace] = (await query.ask(`traces/${traces.wanted}`)) as Trace[];
      const spans = new Map(trace?.spans.map((span) => [span.spanID, span]));
      const tags = new Map(
        spans.get(root.spanId)?.tags.map(({ key, type, value }) => [key, `${type} ${value as string}`]),
      );
      const resource = Object.values(trace?.processes ?? {}).flatMap((process) => process.tags);
      const wanted: Readonly<Record<string, string>> = {
        "order.id": `string ${order}`,
        "http.response.status_code": "int64 503",
        "messaging.destination.temporary": "bool true",
        "code.line.number": "float64 1.5",
        "nobody.knows": "string this",
        "db.query.text": `string ${"SELECT ".repeat(100)}`,
        "otel.status_description": "string it failed",
        "span.kind": "string server",
      };
      return [
        ...(spans.size === 2 ? [] : [`${spans.size} spans`]),
        ...(JSON.stringify(spans.get(child.spanId)?.references).includes(root.spanId) ? [] : ["no parent"]),
        ...Object.entries(wanted).flatMap(([key, value]) =>
          tags.get(key) === value ? [] : [`${key}: ${tags.get(key)}`],
        ),
        ...(resource.some(({ key, value }) => key === "k8s.pod.name" && value === pod) ? [] : ["no name of the pod"]),
      ];
    },
  },
];

/** Someone with a role of the plan, and no other right. */
async function someone(store: StoreServer, role: (typeof plan.roles)[number]) {
  await using admin = store.client("admin");
  const account = { username: role.accounts[0], password: newId(12) };
  for (const [path, body] of [
    [`role/${role.name}`, { cluster: role.cluster, indices: [role.indices] }],
    [`user/${account.username}`, { password: account.password, roles: [role.name] }],
  ] as const) {
    const { status, reason } = await admin.send("PUT", `/_security/${path}`, body);
    if (status >= 400) throw new AskError(`${path}: ${status} ${reason}`);
  }
  return account;
}

async function prepare(): Promise<[Query]> {
  const store = await startStore(context);
  const addresses = [`http://127.0.0.1:${store.port}`];
  await using admin = store.client("admin");
  const series = plan.series.filter(({ name }) => name.startsWith(`${group}-`));
  await makeTemplates(admin, series);
  for (const one of series) await ensureWriteIndex(store.client("provisioner"), one);
  const roleFor = (privilege: string) =>
    plan.roles.find(({ name, indices }) => name.includes(group) && indices.privileges.includes(privilege))!;
  const writer = { addresses, account: await someone(store, roleFor("index")) };
  const jaeger = await startJaegerCollector(context, group, writer);
  const resource = [attribute("k8s.pod.name", pod), attribute("tracing.group", group)];
  await jaeger.send([root, child], resource);
  await jaeger.send([spanOf(traces.other, 200)]);
  const before = await startJaegerCollector(context, group, writer, withoutTags(jaegerCollectorConfig(context, group)));
  await before.send([spanOf(traces.old, 5, { attributes: [attribute("order.id", "of-before")] })]);
  const stored = async () => {
    const { document } = await admin.send("GET", `/${series[0]!.name}-*/_count`);
    return (document as { count: number }).count >= 4;
  };
  if (!(await waitFor(stored, { limit: patienceMs }))) throw new AskError(`Not all is stored:\n${jaeger.log()}`);
  return [await startJaegerQuery(context, group, { addresses, account: await someone(store, roleFor("read")) })];
}

await ensureParts(["jaeger"]);
await tryCases(cases, prepare);
