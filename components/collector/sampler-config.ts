import type { Context } from "../../config/context.ts";
import type { Settings } from "../../config/settings.ts";
import { attributes } from "../../lib/attributes.ts";
import { jaegerCollectorName, ports, serviceHost, storageGroups, unassignedGroup } from "../../lib/names.ts";
import {
  healthCheck,
  memoryLimiter,
  mutualTlsClient,
  mutualTlsServer,
  retryForever,
  telemetry,
} from "../otel/collector-parts.ts";
import { batchByBytes } from "../otel/message-sizes.ts";
import { otlpReceiver } from "../otel/otlp-receiver.ts";

/** Folder of the durable queue. */
export const queueDir = "/var/lib/otelcol";

/**
 * What decides which traces are kept: errors and slow ones always; of the others the share of a service that has its own,
 * and the default share of traces without such a service, unknown senders included.
 */
export function samplingPolicies({ percent, slowMs, services }: Settings["sampling"]) {
  const share = (name: string, sampling_percentage: number) => ({
    name,
    type: "probabilistic",
    probabilistic: { sampling_percentage },
  });
  // By the resource, which the gateway has stamped. A policy on an attribute would also look at the spans' own.
  const ofServices = (name: string, values: readonly string[]) => ({
    name,
    type: "ottl_condition",
    ottl_condition: {
      error_mode: "propagate",
      span: values.map((value) => `resource.attributes["${attributes.serviceName}"] == "${value}"`),
    },
  });
  const both = (name: string, ...and_sub_policy: object[]) => ({ name, type: "and", and: { and_sub_policy } });
  const own = Object.keys(services)
    .filter((id) => services[id] !== undefined)
    .sort();
  const others = { name: "others", type: "not", not: { not_sub_policy: ofServices("own-share", own) } };
  return [
    { name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } },
    { name: "slow", type: "latency", latency: { threshold_ms: slowMs } },
    ...own.map((id) => both(`share-${id}`, ofServices(id, [id]), share("share", services[id]!))),
    own.length === 0 ? share("share", percent) : both("share-others", others, share("share", percent)),
  ];
}

/**
 * Configuration of the sampler: waits until a trace is complete, decides, and puts the kept spans on disk, one queue a
 * group, before it hands them to the group's Jaeger.
 */
export function samplerConfig({ settings, landscape }: Pick<Context, "settings" | "landscape">) {
  const groups = storageGroups(landscape.groups);
  const { memoryMib, decisionWaitSeconds, undecidedTraces, queueSpans } = settings.sizes.sampler;
  return {
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
    receivers: otlpReceiver({
      tls: mutualTlsServer,
      // The gateway pings while it waits. gRPC's own default of five minutes would end its connection for that.
      keepalive: { enforcement_policy: { min_time: "10s", permit_without_stream: true } },
    }),
    processors: {
      memory_limiter: memoryLimiter(memoryMib),
      tail_sampling: {
        decision_wait: `${decisionWaitSeconds}s`,
        num_traces: undecidedTraces,
        // More than that at once, and the gateway waits. Without it the oldest are thrown away undecided, without a word.
        block_on_overflow: true,
        // Late spans follow the decision on their trace.
        decision_cache: { sampled_cache_size: 4 * undecidedTraces, non_sampled_cache_size: 4 * undecidedTraces },
        policies: samplingPolicies(settings.sampling),
      },
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
          endpoint: `${serviceHost(jaegerCollectorName(group))}:${ports.otlpGrpc}`,
          tls: mutualTlsClient,
          // A store that is slow must not be offered the same spans again and again while it still writes them.
          timeout: "60s",
          retry_on_failure: retryForever,
          sending_queue: {
            enabled: true,
            storage: "file_storage/queue",
            sizer: "items",
            queue_size: queueSpans,
            num_consumers: 2,
            block_on_overflow: true,
            batch: batchByBytes,
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
          groups.map((group) => [`traces/${group}`, { receivers: ["routing"], exporters: [`otlp_grpc/${group}`] }]),
        ),
      },
      telemetry,
    },
  };
}
