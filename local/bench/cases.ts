import { startOurs } from "./chains/ours.ts";
import { peers } from "./chains/peers.ts";
import { readRecording } from "./load/recording.ts";
import type { PartId } from "../toolchain/index.ts";
import type { Chain } from "./pipeline/chain.ts";
import { withBenchAccount } from "./store/account.ts";
import { bytesPerDocument } from "./store/compare.ts";
import { documentsOf } from "./store/documents.ts";
import { templates } from "./store/templates.ts";
import { measurePreviews } from "./preview/measure.ts";
import { policyLines, policyShares } from "./preview/policy-share.ts";
import { previewResults, previewTable } from "./preview/report.ts";
import { percentile, visibleAfter } from "./visible.ts";
import { measureInTurns } from "./pipeline/measure.ts";
import { resultsOf, tableOf } from "./pipeline/report.ts";

/** How a case is run. */
export interface Run {
  readonly progress: (message: string) => void;
  readonly signal: AbortSignal;
  /** Spans a second. */
  readonly rate: number;
  /** How often each one gets its turn. */
  readonly turns: number;
  /** Numbers of services whose previews are measured. */
  readonly services: readonly number[];
  /** Stacks whose previews are measured, by the names of their files. */
  readonly stacks: readonly string[];
}

/** Something that is measured. */
interface BenchCase {
  readonly title: string;
  /** Whether it needs the local environment to be up. */
  readonly needs?: "npm run local";
  /** What it runs of the toolchain. Default: {@link collectorParts}. */
  readonly parts?: readonly PartId[];
  /** @returns lines for people, and the same as plain values. */
  readonly run: (run: Run) => Promise<{ text: string; values: unknown; wrong?: string | undefined }>;
}

export const collectorParts: readonly PartId[] = ["otelcol", "jaeger"];
const previewParts: readonly PartId[] = ["etcd", "kubernetes", "pulumi", "pulumi-kubernetes"];

/** A turn takes so long, seconds. */
const turnSeconds = 3;
/** Copies of the recording that are stored: 12,000 spans. */
const storeCopies = 8;

/** Our chain beside others, all on the loopback, each with processes of its own. */
function chains(ids: readonly string[]): BenchCase["run"] {
  return async ({ progress, signal, rate, turns }) => {
    const recording = await readRecording();
    const started: Chain[] = [];
    for (const [number, start] of [startOurs, ...ids.map((id) => peers[id]!)].entries()) {
      signal.throwIfAborted();
      started.push(await start(number));
      progress(`${started.at(-1)!.title}: runs`);
    }
    try {
      const all = recording.reduce((sum, { spans }) => sum + spans, 0);
      const copies = Math.max(1, Math.round((turnSeconds * rate) / all));
      const results = resultsOf(
        await measureInTurns(started, recording, { rate, copies, turns }, { progress, signal }),
      );
      const { lost } = results[0]!;
      return {
        ...{ text: tableOf(results), values: results },
        wrong: lost > 0 ? `${lost} spans of this stack did not arrive` : undefined,
      };
    } finally {
      for (const { store } of started) store.stop();
    }
  };
}

/** Bytes of a span in the store, in an index of ours and in one of Jaeger's own template, which the local Jaeger prints. */
const store: BenchCase["run"] = async ({ progress, signal, rate }) => {
  const documents = await documentsOf(storeCopies, rate, signal);
  progress(`${documents.length} documents; Elasticsearch takes them`);
  const bytes = await withBenchAccount(signal, (client) => bytesPerDocument(client, templates(), documents));
  const ratio = bytes.ours / bytes.jaeger;
  const text = `${bytes.ours.toFixed(0)} bytes for a span in this stack's index, ${bytes.jaeger.toFixed(0)} in one of Jaeger's template: ${ratio.toFixed(2)} times`;
  return { text, values: { documents: documents.length, bytes, ratio } };
};

/** From the end of a request to its span's being found. */
const visible: BenchCase["run"] = async ({ progress, signal }) => {
  progress("asks the back ends, and looks for their spans");
  const times = [...(await visibleAfter(signal))].map(([service, ms]) => ({
    ...{ service, requests: ms.length, p50: percentile(ms, 50), p95: percentile(ms, 95) },
  }));
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const lines = times.map(({ service, requests, p50, p95 }) => {
    return `${service}: ${requests} requests, found after ${seconds(p50)} (half), ${seconds(p95)} (95 %)`;
  });
  return { text: lines.join("\n"), values: times };
};

/** What a preview costs, beside a program that only registers the same resources. */
const preview: BenchCase["run"] = async ({ progress, signal, turns, services: sizes, stacks }) => {
  const measured = await measurePreviews({ sizes, stacks, turns }, { progress, signal });
  const previews = previewResults(measured);
  const policies = policyShares(measured);
  const missed = policies.filter(({ verdict }) => verdict === "missed").map(({ stack }) => stack);
  return {
    text: `${previewTable(previews)}\n${policyLines(policies)}`,
    values: { previews, policies },
    wrong: missed.length > 0 ? `the policies add too much to a preview of ${missed.join(", ")}` : undefined,
  };
};

export const cases: Readonly<Record<string, BenchCase>> = {
  pipeline: { title: "CPU of the whole chain, beside all peers", run: chains(Object.keys(peers)) },
  store: { title: "bytes of a span in Elasticsearch", needs: "npm run local", run: store },
  visible: { title: "time from a request to its span in the store", needs: "npm run local", run: visible },
  preview: { title: "CPU and time of a preview, beside a bare program", parts: previewParts, run: preview },
  tiers: { title: "CPU of each tier of this stack alone", run: chains([]) },
};
