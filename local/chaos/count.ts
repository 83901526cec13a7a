import type { Store } from "../../lib/elasticsearch/store.ts";
import { AskError } from "../../lib/ask-error.ts";
import { tagDot } from "../../components/elasticsearch/names.ts";
import { waitFor } from "../wait.ts";
import { runKey } from "./load.ts";

/** What is stored of a run in a group. */
export interface Kept {
  documents: number;
  spans: number;
}

const ofRun = (run: string) => ({ term: { [`tag.${runKey.replaceAll(".", tagDot)}`]: run } });

/**
 * No further document for so long, milliseconds: the rest does not come any more. The first one when there are as many as were
 * sent: some may be there twice, and others still be missing.
 */
const stillMs = { enough: 20_000, tooFew: 45_000 };

/** Waits until no more documents come. The store may be away in between. */
export async function untilStored(
  store: Store,
  run: string,
  wanted: number,
  { limit, progress, signal }: { limit: number; progress: (stored: number) => void; signal: AbortSignal },
): Promise<void> {
  let last = { count: -1, at: Date.now() };
  await waitFor(
    async () => {
      const count = await store.count(ofRun(run)).catch((error: unknown) => {
        if (error instanceof AskError && error.transient) return last.count;
        throw error;
      });
      if (count !== last.count) {
        last = { count, at: Date.now() };
        progress(count);
      }
      return Date.now() - last.at > (count >= wanted ? stillMs.enough : stillMs.tooFew);
    },
    { limit, every: 3_000, signal },
  );
}

/** Counts documents, and spans among them, by group: the first part of the index's name. */
export async function keptOf(store: Store, run: string, groups: readonly string[]): Promise<Map<string, Kept>> {
  const spans = new Map(groups.map((group) => [group, { documents: 0, ids: new Set<unknown>() }]));
  for await (const page of store.pages(ofRun(run), { fields: ["spanID"] })) {
    for (const { index, source } of page) {
      const found = spans.get(groups.find((group) => index.startsWith(`${group}-`)) ?? "");
      if (!found) throw new AskError(`Index ${index} holds spans of this run, and is of no group that took part.`);
      found.documents += 1;
      found.ids.add(source["spanID"]);
    }
  }
  return new Map([...spans].map(([group, { documents, ids }]) => [group, { documents, spans: ids.size }]));
}
