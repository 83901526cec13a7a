import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { samplerConfig } from "../../../components/collector/sampler-config.ts";
import { goRuntime } from "../../../components/otel/collector-parts.ts";
import type { Settings } from "../../../config/settings.ts";
import { readStack } from "../../../config/stack-file.ts";
import { attributes } from "../../../lib/attributes.ts";
import { storageGroups } from "../../../lib/names.ts";
import { exportTraces, isBackPressure, largeSpans } from "../collector/exporter.ts";
import { freePort, newFolder, startCollector } from "../collector/process.ts";
import { startSink } from "../collector/sink.ts";
import { valuesOf } from "../../variables.ts";
import { untilItWorks } from "../../wait.ts";
import { attribute, type Span } from "../../../lib/planted/otlp.ts";
import { receivedOf, type Received } from "../collector/received.ts";

const stack = readStack("local");

/** The landscape whose sampler is tried. */
export const { landscape } = stack;

/** What the stack gives it. */
export const size = stack.settings.sizes.sampler;

/** A front end whose browsers may send spans: nothing of theirs keeps a trace here. */
export const browser = { id: "internet-shop", group: "shop", host: "spans.example", origins: ["https://shop.example"] };
const browserEntry = { apps: {}, ranges: [], connectionsPerAddress: 1, spansPerSecond: 1 };

/** How long the sampler holds spans back here, seconds. It counts in whole seconds. */
const decisionWaitSeconds = 2;

/** An answer that is not 200. */
class Refused extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(`The sampler refused: ${status} ${text}`);
    this.status = status;
  }
}

/**
 * A gateway offers again what a sampler with too little memory left refuses: where others use the machine, its garbage collection
 * comes late.
 */
const offered = (send: () => Promise<boolean>, passing: (error: unknown) => boolean) =>
  untilItWorks(send, { limit: 20_000, every: 100, passing });

/** What an error's line says, without who says it: that fills the line. */
function complaint(line: string): string {
  const { msg, error } = JSON.parse(line) as { msg: string; error?: string };
  return error === undefined ? msg : `${msg}: ${error}`;
}

/** After that long nothing of a trace is held back any more, milliseconds: the wait, and a turn of its clock at both ends. */
export const forgottenMs = (decisionWaitSeconds + 2) * 1000;

/** A sampler that is really running. */
export interface Sampler {
  /** Sends spans of one service, as the gateway hands them over. */
  send(service: string, spans: readonly Span[]): Promise<void>;
  /** Sends new spans of one service, ten a trace, each so large, in the form that costs both sides least. */
  flood(service: string, spans: number, bytes: number): Promise<void>;
  /** Waits until a group's Jaeger has got so many spans, and a moment for more. */
  delivered(group: string, count: number): Promise<Received[]>;
  /** Makes a group's Jaeger refuse everything, or take it again. */
  refuse(group: string, refusing: boolean): void;
  /** Spans that a group's queue has refused, as the log says. */
  rejected(group: string): number;
  /** Memory that it has now, MiB. */
  memoryMib(): Promise<number>;
  /** Errors in its log, without those that only say that a Jaeger is away or a queue is full. */
  errors(): string[];
  /** Ends it as a crash does and starts it again, with the same disk. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the collector as the sampler of the local stack. Its ends are on the loopback: no TLS, spans come by HTTP.
 *
 * @param sampling what differs from the defaults.
 * @param options.queueBytes size of each group's queue. Default: as the stack has it.
 * @param options.disk what it has instead of a folder of the machine, and its size in GiB.
 * @param options.waitSeconds how long spans are held back. Default: short, for others' sake.
 * @param options.browsers whether a front end is open. Default: false.
 */
export async function startSampler(
  sampling: Partial<Settings["sampling"]>,
  {
    queueBytes,
    disk,
    browsers = false,
    waitSeconds = decisionWaitSeconds,
  }: { queueBytes?: number; disk?: { folder: string; gib: number }; browsers?: boolean; waitSeconds?: number } = {},
): Promise<Sampler> {
  const { settings } = stack;
  const planned = samplerConfig({
    landscape: { ...landscape, openFrontends: browsers ? [browser] : [] },
    settings: {
      ...settings,
      frontEnds: browsers ? { ...browserEntry, percent: 0 } : undefined,
      // Metrics are tried by a check of their own.
      monitoring: undefined,
      sampling: { ...settings.sampling, services: {}, ...sampling },
      sizes: {
        ...settings.sizes,
        sampler: { ...settings.sizes.sampler, ...(disk && { storageGib: disk.gib }), decisionWaitSeconds: waitSeconds },
      },
    },
  });
  const [port, grpcPort, folder] = await Promise.all([freePort(), freePort(), disk?.folder ?? newFolder()]);
  const { grpc } = planned.receivers.otlp.protocols;
  const sinks = new Map(
    await Promise.all(storageGroups(landscape.groups).map(async (group) => [group, await startSink()] as const)),
  );
  const storage = "file_storage/queue" as const;
  const config = {
    ...planned,
    extensions: {
      [storage]: {
        ...planned.extensions[storage],
        directory: folder,
        compaction: { ...planned.extensions[storage].compaction, directory: folder },
      },
    },
    receivers: {
      otlp: {
        protocols: {
          http: { endpoint: `127.0.0.1:${port}` },
          grpc: { ...grpc, endpoint: `127.0.0.1:${grpcPort}`, tls: undefined },
        },
      },
    },
    exporters: Object.fromEntries(
      [...sinks].map(([group, sink]) => {
        const exporter = planned.exporters[`otlp_grpc/${group}`]!;
        const { sending_queue, retry_on_failure } = exporter;
        return [
          `otlp_grpc/${group}`,
          {
            ...exporter,
            endpoint: `127.0.0.1:${sink.port}`,
            tls: { insecure: true },
            compression: "none",
            // A Jaeger that is back need not be waited for here.
            retry_on_failure: { ...retry_on_failure, max_interval: "1s" },
            sending_queue: { ...sending_queue, queue_size: queueBytes ?? sending_queue.queue_size },
          },
        ];
      }),
    ),
    service: { ...planned.service, extensions: [storage] },
  };

  const post = async (body: object) => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Refused(answer.status, await answer.text());
    return true;
  };
  const env = valuesOf(goRuntime(settings.sizes.sampler));
  const start = () => startCollector(config, folder, () => post({}), { env });
  let collector = await start();
  const gateway = new Client(`127.0.0.1:${grpcPort}`, credentials.createInsecure());
  const groupOf = (id: string) => [...landscape.services, browser].find((one) => one.id === id)?.group ?? "none";
  return {
    async send(service, spans) {
      const resource = {
        attributes: [attribute(attributes.serviceName, service), attribute(attributes.group, groupOf(service))],
      };
      await offered(
        () => post({ resourceSpans: [{ resource, scopeSpans: [{ scope: {}, spans }] }] }),
        (error) => error instanceof Refused && error.status === 503,
      );
    },
    async flood(service, spans, bytes) {
      const resource = { [attributes.serviceName]: service, [attributes.group]: groupOf(service) };
      const request = largeSpans(resource, { spans, bytes });
      await offered(() => exportTraces(gateway, request, new Metadata()), isBackPressure);
    },
    async delivered(group, count) {
      const received: Received[] = [];
      const take = () => received.push(...sinks.get(group)!.take().flatMap(receivedOf));
      for (const deadline = Date.now() + 20_000; received.length < count && Date.now() < deadline; take()) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      // What is not to come would come now.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      take();
      return received;
    },
    refuse: (group, refusing) => sinks.get(group)!.refuse(refusing),
    rejected: (group) =>
      collector
        .log()
        .split("\n")
        .filter((line) => line.includes("Rejecting data") && line.includes(`"otlp_grpc/${group}"`))
        .reduce((sum, line) => sum + (JSON.parse(line) as { rejected_items: number }).rejected_items, 0),
    memoryMib: () => collector.memoryMib(),
    errors: () =>
      collector
        .log()
        .split("\n")
        .filter((line) => line.includes('"level":"error"') && !/Rejecting data|sending queue is full/.test(line))
        .map(complaint),
    async crash() {
      await collector.kill();
      collector = await start();
    },
    async stop() {
      gateway.close();
      await collector.kill();
      for (const sink of sinks.values()) sink.stop();
    },
  };
}
