import type { Store } from "../../lib/elasticsearch/store.ts";
import { queryOf, type Question } from "./query.ts";
import { readRecord } from "./record.ts";
import type { Found } from "./report.ts";

/**
 * Asks the records.
 *
 * @param most records that are read, the newest.
 */
export async function findRecords(
  store: Pick<Store, "count" | "pages">,
  question: Question,
  most: number,
): Promise<Omit<Found, "stack" | "namespace">> {
  const query = queryOf(question);
  let total = 0;
  const sources: Record<string, unknown>[] = [];
  for await (const page of store.pages(query, { sort: [{ time: "desc" }], total: (all) => (total = all) })) {
    sources.push(...page.map(({ source }) => source));
    if (sources.length >= most) break;
  }
  const read = sources.slice(0, most).map(readRecord);
  const records = read.filter((record) => record !== undefined);
  return {
    since: new Date(question.since).toISOString(),
    records,
    unreadable: read.length - records.length,
    more: total - read.length,
    ...(question.trace !== undefined && {
      searches: await store.count(queryOf({ since: question.since, searches: true })),
    }),
  };
}
