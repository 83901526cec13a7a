/**
 * Tries what becomes of a proxy's lines on the real collector, with the local stack's own configuration: what is stored of each,
 * and that none is lost while the store is away, refuses, or the collector crashes. Needs no cluster.
 */
import { isDeepStrictEqual } from "node:util";
import { auditFields } from "../../components/access/audit-config.ts";
import { storeNames } from "../../components/elasticsearch/names.ts";
import { readStack } from "../../config/stack-file.ts";
import { authorization, startAuditCollector } from "./audit/collector.ts";
import { lines } from "./audit/lines.ts";
import { startRecordStore, type RecordStore } from "./audit/store.ts";
import { runToEnd } from "./collector/cases.ts";
import { freePort } from "./collector/process.ts";
import { print, type Finding } from "./findings.ts";
import { ensureParts } from "../toolchain/index.ts";
import { waitFor } from "../wait.ts";

const patienceMs = 30_000;

/** A request of its own, found again by its client. */
const numbered = (number: number) => `${lines[0]!.line.replace("10.244.0.7:4711", `client-${number}`)}\n`;
const clients = ({ records }: RecordStore) => records.map(({ source }) => String(source["client"]));

const until = async (condition: () => boolean) => (await waitFor(condition, { limit: patienceMs, every: 50 })) ?? false;

/** What is stored of each kind of line. */
async function recordFindings(): Promise<Finding[]> {
  const store = await startRecordStore();
  const collector = await startAuditCollector("all", store.origin);
  const findings: Finding[] = [];
  for (const [index, { what, line, record, never = [] }] of lines.entries()) {
    const before = store.records.length;
    // What is to be dropped is followed by one that is not: that one must be the next.
    const marker = `marker-${index}`;
    await collector.write(`${line}\n${lines[0]!.line.replace("10.244.0.7:4711", marker)}\n`);
    const came = await until(() => clients(store).includes(marker));
    const [got] = store.records.slice(before).filter(({ source }) => source["client"] !== marker);
    const text = JSON.stringify(got ?? null);
    const wrong = Object.entries(record ?? {}).filter(([key, value]) => !isDeepStrictEqual(got?.source[key], value));
    const strange = Object.keys(got?.source ?? {}).filter((key) => !(auditFields as readonly string[]).includes(key));
    const told = never.filter((one) => text.includes(one));
    const good = came && (got !== undefined) === (record !== undefined) && [...wrong, ...strange, ...told].length === 0;
    const expected = record ? Object.keys(record).join(", ") : "nothing";
    findings.push({
      what,
      layer: "-",
      expected,
      found: good ? "so it is" : `${wrong.join("; ")} in ${text}${came ? "" : collector.log()}`,
      good,
    });
  }
  const { index } = store.records[0] ?? { index: "none" };
  const { name, settings } = readStack("local");
  const { writeAlias } = storeNames({ stack: name, settings }).audit;
  findings.push(
    {
      what: "index",
      layer: "-",
      expected: writeAlias,
      found: index,
      good: index === writeAlias,
    },
    {
      ...{ what: "who adds", layer: "-", expected: "its own user", found: "its own user" },
      good: isDeepStrictEqual([...store.authorizations], [`Basic ${authorization}`]),
    },
  );
  store.close();
  return findings;
}

/** Writes while the store answers so, lets the collector crash, and lets the store take all again. */
async function outageFinding(status: number): Promise<Finding> {
  const store = await startRecordStore();
  const collector = await startAuditCollector("all", store.origin);
  await collector.write(numbered(0));
  const began = await until(() => store.records.length > 0);
  store.answer(status);
  const numbers = Array.from({ length: 500 }, (_, index) => index + 1);
  await collector.write(numbers.slice(0, 250).map(numbered).join(""));
  const refused = await until(() => store.refused() > 0);
  await collector.crash();
  await collector.write(numbers.slice(250).map(numbered).join(""));
  store.answer(200);
  const missing = () => numbers.filter((number) => !clients(store).includes(`client-${number}`)).length;
  await until(() => missing() === 0);
  const twice = store.records.length - 1 - (numbers.length - missing());
  store.close();
  return {
    ...{ what: `a store that answers ${status}, and a crash`, layer: "-", expected: "500 of 500" },
    found: `${numbers.length - missing()} of 500, ${twice} of them twice`,
    good: began && refused && missing() === 0,
  };
}

/** One of the store's addresses is away, whichever a record goes to first. */
async function addressFinding(): Promise<Finding> {
  const store = await startRecordStore();
  const collector = await startAuditCollector("all", `http://127.0.0.1:${await freePort()}`, store.origin);
  const numbers = Array.from({ length: 50 }, (_, index) => index);
  for (const number of numbers) await collector.write(numbered(number));
  await until(() => store.records.length >= numbers.length);
  store.close();
  return {
    ...{ what: "one of two addresses of the store away", layer: "-", expected: "50 of 50" },
    found: `${store.records.length} of 50`,
    good: store.records.length === numbers.length,
  };
}

await runToEnd(async () => {
  await ensureParts(["otelcol"]);
  const findings = await recordFindings();
  for (const status of [503, 429, 403]) findings.push(await outageFinding(status));
  findings.push(await addressFinding());
  return print(findings);
});
