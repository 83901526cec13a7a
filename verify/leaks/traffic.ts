import { createHash } from "node:crypto";
import { AskError } from "../../lib/ask-error.ts";
import type { Store } from "../../lib/elasticsearch/store.ts";
import { textOfDocuments, Wanted } from "./stored.ts";

/** Where a value of a real person stands. Never the value, nor the document. */
interface TrafficFinding {
  /** Line of the value among those that were given, from 1. */
  line: number;
  /** Begin of its SHA-256, to find it again in another list. */
  sha256: string;
  index: string;
  field: string;
  documents: number;
}

/** What was looked for in real traffic. */
export interface Traffic {
  since: string;
  /** Values that were looked for, and lines that are too short to mean anything. */
  values: number;
  tooShort: number;
  /** Documents that were read, of those that there are. */
  documents: number;
  of: number;
  /** Not all were read. */
  cut: boolean;
  findings: TrafficFinding[];
}

/** Shorter values are in any text by chance. */
export const leastLength = 4;

/** A value to look for. */
interface Value {
  line: number;
  sha256: string;
  wanted: Wanted;
}

/** What is looked for. */
export interface Values {
  values: readonly Value[];
  tooShort: number;
}

/**
 * @param lines one value each; empty ones do not count.
 * @throws AskError if none of them means anything: a search for nothing finds nothing.
 */
export function valuesOf(lines: readonly string[]): Values {
  const given = lines.map((value, at) => ({ value: value.trim(), line: at + 1 })).filter(({ value }) => value);
  const values = given
    .filter(({ value }) => value.length >= leastLength)
    .map(({ value, line }) => ({ line, sha256: hash(value), wanted: new Wanted([value]) }));
  if (values.length === 0)
    throw new AskError(`--customers has no value of ${leastLength} or more characters, one a line.`);
  return { values, tooShort: given.length - values.length };
}

/**
 * Reads the documents of the window, and those without a time such as the lists of services and operations, and looks for each
 * value in each of them.
 *
 * @param planted trace ids of this run: its own values are counted elsewhere.
 */
export async function searchTraffic(
  { values, tooShort }: Values,
  planted: readonly string[],
  options: { store: Store; since: number; most: number; progress?: (message: string) => void },
): Promise<Traffic> {
  const { store, since, most, progress } = options;
  const query = {
    bool: {
      minimum_should_match: 1,
      should: [
        { range: { startTimeMillis: { gte: since, format: "epoch_millis" } } },
        { bool: { must_not: [{ exists: { field: "startTimeMillis" } }] } },
      ],
      must_not: [{ terms: { traceID: planted } }],
    },
  };
  let of = 0;
  const findings = new Map<string, TrafficFinding>();
  let documents = 0;
  let pages = 0;
  for await (const page of store.pages(query, { total: (all) => (of = all) })) {
    const text = textOfDocuments(page);
    for (const { line, sha256, wanted: one } of values) {
      // Most values are in no document at all: to look into each of them is for the others.
      if (!one.isIn(text)) continue;
      for (const document of page) {
        for (const field of one.fieldsIn(document)) {
          const { index } = document;
          const id = [line, index, field].join("\n");
          const finding = findings.get(id) ?? { line, sha256, index, field, documents: 0 };
          findings.set(id, { ...finding, documents: finding.documents + 1 });
        }
      }
    }
    documents += page.length;
    pages += 1;
    if (pages % 10 === 0) progress?.(`searched ${documents} of ${of} documents for ${values.length} values`);
    if (documents >= most) break;
  }
  return {
    since: new Date(since).toISOString(),
    values: values.length,
    tooShort,
    documents,
    of,
    cut: documents < of,
    findings: [...findings.values()],
  };
}

const hash = (value: string) => createHash("sha256").update(value).digest("hex").slice(0, 12);
