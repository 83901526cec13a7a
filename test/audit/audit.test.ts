import type { Store, Stored } from "../../lib/elasticsearch/store.ts";
import { findRecords } from "../../support/audit/find.ts";
import { queryOf } from "../../support/audit/query.ts";
import { deedOf, readRecord } from "../../support/audit/record.ts";
import { auditText } from "../../support/audit/report.ts";

const since = Date.parse("2026-11-01T00:00:00Z");
const read = {
  ...{ time: "2026/11/28 17:05:09", log: "request", view: "all", roles: ["devops", "support"], status: 200 },
  ...{ person: "support@company.example", method: "GET", path: "/api/traces/00ab", trace: "00ab" },
};

/** A store that answers with these, whatever is asked. */
type PageOptions = NonNullable<Parameters<Store["pages"]>[1]>;

function storeOf(sources: Record<string, unknown>[], counts: number[]) {
  const asked: object[] = [];
  return {
    asked,
    count: (query: object) => {
      asked.push(query);
      return Promise.resolve(counts.shift()!);
    },
    async *pages(query: object, { total }: PageOptions = {}): AsyncGenerator<Stored[]> {
      asked.push(query);
      total?.(counts.shift()!);
      yield await Promise.resolve(sources.map((source, id) => ({ index: "audit", id: String(id), source })));
    },
  };
}

describe("who read what", () => {
  test("an id of a trace is looked for in every way in which Jaeger takes it", () => {
    expect(queryOf({ since, trace: "000AB3" })).toEqual({
      bool: {
        filter: [
          { range: { time: { gte: since, format: "epoch_millis" } } },
          { regexp: { trace: { value: "0*AB3", case_insensitive: true } } },
        ],
      },
    });
  });

  test("a person is found under the name that they only claimed, too", () => {
    expect(JSON.stringify(queryOf({ since, person: "a@b.example" }))).toMatch(/"person".*"claimed"/);
  });

  test("says in words what was done, and of whom it is not known who they are", () => {
    const deed = (more: object) => deedOf(readRecord({ ...read, trace: [], ...more })!);
    expect(deed({ trace: "ab" })).toBe("read trace ab");
    expect(deed({ trace: ["ab", "cd"], path: "/api/traces" })).toBe("read trace ab, cd");
    expect(deed({ path: "/trace/ab", trace: "ab" })).toBe("opened the page of trace ab");
    expect(deed({ path: "/api/v3/traces", service: ["shop-api"], order: "7" })).toBe(
      "searched traces of shop-api, order 7",
    );
    expect(deed({ status: 403, trace: "ab" })).toBe("refused: read trace ab");
    expect(deed({ log: "sign-in", result: "AuthSuccess" })).toBe("signed in");
    expect(readRecord({ log: "else" })).toBeUndefined();
  });

  test("counts what it does not show: what is more, what cannot be read, and searches that may have shown the trace", async () => {
    const store = storeOf([read, { log: "?" }, read], [7, 3]);
    const found = await findRecords(store, { since, trace: "ab" }, 2);
    expect(found).toMatchObject({ unreadable: 1, more: 5, searches: 3 });
    expect(found.records).toHaveLength(1);
    expect(found.records[0]!.time).toBe("2026-11-28T17:05:09Z");
    const text = auditText({ stack: "test", namespace: "tracing-test", ...found });
    expect(text).toContain("support@company.example");
    expect(text).toContain("exec in the namespace tracing-test reads past");
    expect(text).toContain("5 older ones are not shown");
    expect(text).toContain("1 records are of unknown form");
    expect(text).toContain("npm run audit -- --stack test --searches");
  });

  test("nobody is an answer too", async () => {
    const found = await findRecords(storeOf([], [0]), { since, refused: true }, 10);
    expect(auditText({ stack: "test", namespace: "tracing-test", ...found })).toContain(
      "Since 2026-11-01T00:00:00.000Z nobody did",
    );
    const { claimed, ...stranger } = { ...read, claimed: "boss", person: undefined };
    const record = readRecord({ ...stranger, claimed })!;
    expect(auditText({ stack: "test", namespace: "tracing-test", ...found, records: [record] })).toContain(
      "unknown, says boss",
    );
  });
});
