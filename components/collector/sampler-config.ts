import type { Context } from "../../config/context.ts";
import type { Settings } from "../../config/settings.ts";
import { queueBytes } from "../../config/sizing.ts";
import { attributes } from "../../lib/attributes.ts";
import { jaegerCollectorName, ports, serviceHost, storageGroups, unassignedGroup } from "../../lib/names.ts";
import {
  compression,
  healthCheck,
  memoryLimiter,
  mutualTlsClient,
  mutualTlsServer,
  ofMany,
  retryForever,
  telemetry,
  waitedFor,
  waitingClient,
} from "../otel/collector-parts.ts";
import { measured } from "./measured.ts";
import { batchByBytes } from "../otel/message-sizes.ts";
import { otlpReceiver } from "../otel/otlp-receiver.ts";

/** Folder of the durable queue. */
export const queueDir = "/var/lib/otelcol";

/**
 * What decides which traces are kept: errors and slow spans always; of the others the largest share that a service of the
 * trace has. A share follows from the trace id alone, so that a larger one holds all of a smaller, and what comes later to
 * a trace gets the same answer.
 *
 * Browsers have a share of their own, and neither errors nor slow spans of theirs keep a trace: what they send is anybody's.
 *
 * Each policy only ever says "keep", whatever else is in the trace: spans are judged as they come, see {@link samplerConfig}.
 */
export function samplingPolicies(
  { percent, slowMs, services }: Settings["sampling"],
  browsers: { ids: readonly string[]; percent: number } = { ids: [], percent: 0 },
) {
  // By the resource, which the gateway has stamped. A policy on an attribute would also look at the spans' own.
  const where = (name: string, condition: string) => ({
    name,
    type: "ottl_condition",
    ottl_condition: { error_mode: "propagate", span: [condition] },
  });
  const service = `resource.attributes["${attributes.serviceName}"]`;
  const share = (name: string, sampling_percentage: number, condition?: string) => {
    const policy = { type: "probabilistic", probabilistic: { sampling_percentage } };
    return condition === undefined
      ? { name, ...policy }
      : {
          name,
          type: "and",
          and: { and_sub_policy: [where(`of-${name}`, condition), { name: "share", ...policy }] },
        };
  };
  const own = Object.keys(services)
    .filter((id) => services[id] !== undefined)
    .sort();
  const noneOf = (ids: readonly string[]) => ids.map((id) => `${service} != "${id}"`).join(" and ") || undefined;
  const others = noneOf([...own, ...browsers.ids]);
  const backEnd = noneOf(browsers.ids);
  return [
    ...(backEnd === undefined
      ? [
          { name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } },
          { name: "slow", type: "latency", latency: { threshold_ms: slowMs } },
        ]
      : [
          where("errors", `span.status.code == STATUS_CODE_ERROR and ${backEnd}`),
          where("slow", `span.end_time_unix_nano - span.start_time_unix_nano > ${slowMs * 1_000_000} and ${backEnd}`),
          share("share-browsers", browsers.percent, browsers.ids.map((id) => `${service} == "${id}"`).join(" or ")),
        ]),
    ...own.map((id) => share(`share-${id}`, services[id]!, `${service} == "${id}"`)),
    share(others ? "share-others" : "share", percent, others),
  ];
}

/**
 * Configuration of the sampler: judges spans as they come, holds back those of traces that nothing speaks for yet, and puts
 * the kept ones on disk, one queue a group, before it hands them to the group's Jaeger.
 */
export function samplerConfig(context: Pick<Context, "settings" | "landscape" | "prometheusCa">) {
  const { settings, landscape } = context;
  const groups = storageGroups(landscape.groups);
  const { memoryMib, decisionWaitSeconds, undecidedTraces } = settings.sizes.sampler;
  const config = {
    extensions: {
      health_check: healthCheck,
      "file_storage/queue": {
        directory: queueDir,
        create_directory: true,
        timeout: "10s",
        fsync: true,
        // A damaged file is put aside instead of stopping the collector for ever.
        recreate: true,
        compaction: { directory: queueDir, on_rebound: true, cleanup_on_start: true },
      },
    },
    receivers: otlpReceiver({ tls: mutualTlsServer, keepalive: waitedFor }),
    processors: {
      memory_limiter: memoryLimiter(memoryMib, ofMany),
      tail_sampling: {
        // A trace is kept from its first span on that wants it, with those that were held back. What nothing spoke for in the
        // time of the wait goes. Waiting for whole traces instead would lose more in a crash, and show each so much later.
        sampling_strategy: "span-ingest",
        decision_wait: `${decisionWaitSeconds}s`,
        num_traces: undecidedTraces,
        // More than that at once, and the gateway waits. Without it the oldest are thrown away undecided, without a word.
        block_on_overflow: true,
        // Late spans of a kept trace are kept. Those of one that was not are judged anew, by themselves: an error that comes
        // after half an hour is still an error. A cache of what was not kept would throw it away.
        decision_cache: { sampled_cache_size: 4 * undecidedTraces },
        policies: samplingPolicies(settings.sampling, {
          ids: landscape.openFrontends.map(({ id }) => id),
          percent: settings.frontEnds?.percent ?? 0,
        }),
      },
      // Each write to the disk waits for the disk. One for every trace would be all that the sampler does. What waits is lost in a
      // crash, as are the spans of traces that wait for their decision, for ten times as long.
      // The disk's file copies what stands beside a piece whenever that comes or goes, and needs as much room in one stretch: pieces
      // of 40 MB filled a disk whose half was to be left.
      batch: { timeout: "1s", send_batch_size: 512, send_batch_max_size: 512 },
    },
    connectors: {
      routing: {
        error_mode: "propagate",
        default_pipelines: [`traces/${unassignedGroup}`],
        table: landscape.groups.map((group) => ({
          context: "resource",
          condition: `attributes["${attributes.group}"] == "${group}"`,
          pipelines: [`traces/${group}`],
        })),
      },
    },
    exporters: Object.fromEntries(
      groups.map((group) => [
        `otlp_grpc/${group}`,
        {
          endpoint: `${serviceHost(jaegerCollectorName(group), settings.cluster.namespace)}:${ports.otlpGrpc}`,
          tls: mutualTlsClient,
          compression,
          // Jaeger lets the sampler wait while Elasticsearch is away, and writes what it was handed however long that was: an attempt
          // that is given up is sent again, and stored twice. A dead connection shows by the keepalive, not by this.
          timeout: "24h",
          keepalive: waitingClient,
          retry_on_failure: retryForever,
          sending_queue: {
            enabled: true,
            storage: "file_storage/queue",
            sizer: "bytes",
            queue_size: queueBytes(settings.sizes.sampler.storageGib, groups.length),
            num_consumers: 2,
            // One group's store that is away for longer than its share of the disk must not stop the others. What is refused
            // then is counted in the log.
            block_on_overflow: false,
            batch: batchByBytes("sampler", "200ms"),
          },
        },
      ]),
    ),
    service: {
      extensions: ["health_check", "file_storage/queue"],
      pipelines: {
        "traces/in": {
          receivers: ["otlp"],
          processors: ["memory_limiter", "tail_sampling"],
          exporters: ["routing"],
        },
        ...Object.fromEntries(
          groups.map((group) => [
            `traces/${group}`,
            { receivers: ["routing"], processors: ["batch"], exporters: [`otlp_grpc/${group}`] },
          ]),
        ),
      },
      telemetry,
    },
  };
  return measured(context, config);
}
