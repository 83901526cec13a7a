import { compare, overBudget } from "./application/budget.ts";
import { measureIsolated } from "./application/isolated.ts";
import { overheadTable } from "./application/report.ts";
import { startOurs } from "./chains/ours.ts";
import { peers } from "./chains/peers.ts";
import { plainRequests } from "./load/plain.ts";
import { readRecording, type RecordedRequest } from "./load/recording.ts";
import type { PartId } from "../toolchain/index.ts";
import type { Chain } from "./pipeline/chain.ts";
import { costInStore } from "./store/compare.ts";
import { withoutFiles } from "../checks/context.ts";
import { readStack } from "../../config/stack-file.ts";
import { startStore } from "../checks/store/server.ts";
import { documentsOf } from "./store/documents.ts";
import { templates } from "./store/templates.ts";
import { measurePreviews } from "./preview/measure.ts";
import { policyLines, policyShares } from "./preview/policy-share.ts";
import { previewResults, previewTable } from "./preview/report.ts";
import { percentile, visibleAfter } from "./visible.ts";
import { measureInTurns } from "./pipeline/measure.ts";
import { resultsOf, tableOf } from "./pipeline/report.ts";

/** What is sent through the chains. */
export const loads = {
  /** What SDKs have sent. */
  real: () => readRecording(),
  /** What the goals were set with. */
  plain: (rate: number) => Promise.resolve(plainRequests(rate)),
} satisfies Record<string, (rate: number) => Promise<RecordedRequest[]>>;
type Spans = keyof typeof loads;

/** How a case is run. */
export interface Run {
  readonly progress: (message: string) => void;
  readonly signal: AbortSignal;
  /** Spans a second; of a case with a rate of its own, what that says. */
  readonly rate: number;
  /** How long a turn measures, where the case does not say it itself. */
  readonly seconds: number;
  readonly spans: Spans;
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
  /** What the rate is of, and what it is if nobody says it. Default: {@link spanRate}. */
  readonly rate?: { readonly unit: string; readonly usual: number };
  /** @returns lines for people, and the same as plain values. */
  readonly run: (run: Run) => Promise<{ text: string; values: unknown; wrong?: string | undefined }>;
}

/** How many spans are sent a second, where nobody says another number. */
export const spanRate = { unit: "spans/s", usual: 1_500 };

export const collectorParts: readonly PartId[] = ["otelcol", "jaeger"];
const previewParts: readonly PartId[] = ["etcd", "kubernetes", "pulumi", "pulumi-kubernetes"];

/** A turn takes so long, seconds. */
const turnSeconds = 3;
/** Copies of the recording that are stored: 12,000 spans. */
const storeCopies = 8;

/** Our chain beside others, all on the loopback, each with processes of its own. */
function chains(ids: readonly string[]): BenchCase["run"] {
  return async ({ progress, signal, rate, spans, turns }) => {
    const recording = await loads[spans](rate);
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

/** Bytes of a span in the store, as this stack stores it, and as Jaeger does by itself: its documents, its template. */
const store: BenchCase["run"] = async ({ progress, signal, rate }) => {
  const forms = templates();
  const documents = {
    ours: await documentsOf("ours", { copies: storeCopies, rate, signal }),
    jaeger: await documentsOf("jaeger", { copies: storeCopies, rate, signal }),
  };
  progress(`${documents.ours.length} documents of each kind; Elasticsearch starts`);
  await using client = (await startStore(withoutFiles(readStack("local")))).client("admin");
  progress("Elasticsearch takes them");
  const variants = {
    ours: { ...forms.ours, documents: documents.ours },
    jaeger: { ...forms.jaeger, documents: documents.jaeger },
  };
  // The first time only warms up.
  await costInStore(client, variants);
  const { ours, jaeger } = await costInStore(client, variants);
  const ratio = { bytes: ours.bytes / jaeger.bytes, cpu: ours.cpuMs / jaeger.cpuMs };
  const text = [
    `${ours.bytes.toFixed(0)} bytes for a span as this stack stores it, ${jaeger.bytes.toFixed(0)} as Jaeger does by itself: ${ratio.bytes.toFixed(2)} times`,
    `${ours.cpuMs.toFixed(0)} ms of CPU of Elasticsearch for 1,000 spans, ${jaeger.cpuMs.toFixed(0)}: ${ratio.cpu.toFixed(2)} times`,
  ].join("\n");
  return { text, values: { documents: documents.ours.length, ours, jaeger, ratio } };
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

/** What tracing costs the pod of an application, beside its budget. */
const application: BenchCase["run"] = async ({ progress, signal, rate, seconds, turns }) => {
  const measured = await measureIsolated({ turns, load: { rate, seconds } }, { progress, signal });
  const results = compare(measured, readStack("local").settings.sizes.agent);
  const over = overBudget(results);
  return {
    text: overheadTable(results),
    values: results,
    wrong: over.length > 0 ? over.join("\n") : undefined,
  };
};

export const cases: Readonly<Record<string, BenchCase>> = {
  pipeline: { title: "CPU of the whole chain, beside all peers", run: chains(Object.keys(peers)) },
  store: { title: "bytes of a span in Elasticsearch, and CPU to write it", run: store },
  visible: { title: "time from a request to its span in the store", needs: "npm run local", run: visible },
  preview: { title: "CPU and time of a preview, beside a bare program", parts: previewParts, run: preview },
  application: {
    title: "what tracing costs the pod of an application",
    parts: ["otelcol"],
    rate: { unit: "requests/s", usual: 50 },
    run: application,
  },
  tiers: { title: "CPU of each tier of this stack alone", run: chains([]) },
};
