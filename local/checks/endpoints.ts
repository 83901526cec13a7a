/**
 * Tries what becomes of spans when the store has several addresses and some are away: the real Elasticsearch and Jaeger, on the
 * loopback, with the plan's own configurations. Needs no cluster.
 */
import { randomBytes } from "node:crypto";
import { ensureWriteIndex } from "../../components/elasticsearch/write-index.ts";
import { storePlan, type SeriesPlan } from "../../components/elasticsearch/store-plan.ts";
import { readStack } from "../../config/stack-file.ts";
import { AskError } from "../../lib/ask-error.ts";
import { ElasticsearchClient } from "../../lib/elasticsearch/client.ts";
import type { Span } from "../../lib/planted/otlp.ts";
import { ensureParts } from "../toolchain/index.ts";
import { waitFor } from "../wait.ts";
import { tryCases, type CollectorCase } from "./collector/cases.ts";
import { freePort } from "./collector/process.ts";
import { withoutFiles } from "./context.ts";
import { startJaegerCollector, startJaegerQuery } from "./store/jaeger.ts";
import { makeTemplates, startStore, type StoreServer } from "./store/server.ts";
import { wayTo, type Way } from "./store/way.ts";

const context = withoutFiles(readStack("local"));
const group = context.landscape.groups[0]!;
const patienceMs = 60_000;

interface Site {
  readonly store: StoreServer;
  readonly admin: ElasticsearchClient;
  readonly series: readonly SeriesPlan[];
  readonly ways: readonly [Way, Way];
  /** Nobody has ever listened there. */
  readonly dead: string;
}

function spansOf(traceId: string, count: number): Span[] {
  const now = BigInt(Date.now()) * 1_000_000n;
  return Array.from({ length: count }, () => ({
    ...{ traceId, spanId: randomBytes(8).toString("hex"), name: "check", kind: 2 },
    startTimeUnixNano: String(now),
    endTimeUnixNano: String(now + 1_000_000n),
  }));
}

const newTrace = () => randomBytes(16).toString("hex");

async function stored({ admin, series }: Site, traceId: string): Promise<number> {
  const query = { query: { term: { traceID: traceId } }, track_total_hits: true, size: 0 };
  const { status, document, reason } = await admin.send("POST", `/${series[0]!.name}-*/_search`, query);
  if (status !== 200) throw new AskError(`Elasticsearch: ${status} ${reason}`);
  return (document as { hits: { total: { value: number } } }).hits.total.value;
}

/** @returns what is wrong with the number of documents of a trace, when no more come. */
async function countFault(site: Site, traceId: string, sent: number): Promise<string[]> {
  await waitFor(async () => (await stored(site, traceId)) >= sent, { limit: patienceMs });
  const found = await stored(site, traceId);
  return found === sent ? [] : [`of ${sent} spans ${found} are stored`];
}

async function prepare(): Promise<[Site]> {
  const store = await startStore(context);
  const admin = store.client("admin");
  const series = storePlan(context).series.filter(({ name }) => name.startsWith(`${group}-`));
  await makeTemplates(admin, series);
  for (const one of series) await ensureWriteIndex(store.client("provisioner"), one);
  const ways = [await wayTo(store.port), await wayTo(store.port)] as const;
  return [{ store, admin, series, ways, dead: `http://127.0.0.1:${await freePort()}` }];
}

const cases: readonly CollectorCase<[Site]>[] = [
  {
    title: "Jaeger stores every span once, with a first address where nobody listens",
    async run(site) {
      const addresses = [site.dead, site.ways[0].origin];
      const jaeger = await startJaegerCollector(context, group, { addresses, account: site.store.admin });
      const traceId = newTrace();
      const status = await jaeger.send(spansOf(traceId, 500));
      return [...(status === 200 ? [] : [`it answers ${status}`]), ...(await countFault(site, traceId, 500))];
    },
  },
  {
    title: "and goes on where one address goes away between its requests, then the other one",
    async run(site) {
      const addresses = site.ways.map(({ origin }) => origin);
      const jaeger = await startJaegerCollector(context, group, { addresses, account: site.store.admin });
      const faults: string[] = [];
      for (const away of [undefined, 0, 1] as const) {
        for (const [index, way] of site.ways.entries()) {
          await way.close();
          if (index !== away) await way.open();
        }
        const traceId = newTrace();
        await jaeger.send(spansOf(traceId, 500));
        const problem = await countFault(site, traceId, 500);
        faults.push(
          ...problem.map((fault) => `${away === undefined ? "both there" : `without ${away + 1}`}: ${fault}`),
        );
      }
      await site.ways[1].open();
      return faults;
    },
  },
  {
    title: "who reads is refused at most once for each address that is away",
    async run(site) {
      const addresses = [site.dead, site.ways[0].origin];
      const account = site.store.admin;
      const jaeger = await startJaegerCollector(context, group, { addresses: [site.ways[0].origin], account });
      const traceId = newTrace();
      await jaeger.send(spansOf(traceId, 10));
      const faults = await countFault(site, traceId, 10);
      const query = await startJaegerQuery(context, group, { addresses, account });
      const answers: number[] = [];
      for (let times = 0; times < 10; times++) answers.push(await query.find(traceId));
      const refused = answers.filter((status) => status !== 200).length;
      console.log(`         answers to 10 questions, one of two addresses away: ${answers.join(" ")}`);
      return refused <= 1 ? faults : [...faults, `answers: ${answers.join(" ")}`];
    },
  },
  {
    title: "the project's own commands ask the next address",
    async run({ store, ways, dead }) {
      const endpoints = [dead, ways[0].origin].map((origin) => ({ origin, connect: {} }));
      await using client = new ElasticsearchClient({ endpoints, account: store.admin });
      const { status } = await client.send("POST", "/_search", { size: 0 });
      return status === 200 && client.origin === ways[0].origin ? [] : [`${status} at ${client.origin}`];
    },
  },
];

await ensureParts(["jaeger"]);
await tryCases(cases, prepare);
