import type { Settings } from "../../config/settings.ts";
import type { Sizes } from "../../config/settings/sizes.ts";
import type { Service } from "../../config/landscape.ts";
import { gatewayName, ports, serviceHost } from "../../lib/names.ts";
import { compression, memoryLimiter, telemetry } from "../otel/collector-parts.ts";
import { batchByBytes, memoryQueueBytes } from "../otel/message-sizes.ts";
import { readBufferBytes } from "../otel/otlp-receiver.ts";
import { tellingOfItself } from "./agent-metrics/agent.ts";

/** Where the agent finds what the wiring mounts. */
export const agentFiles = {
  config: "/etc/otelcol/config.yaml",
  /** The company's root: signs the gateway's certificate. */
  ca: "/etc/otelcol/company-ca.crt",
  token: "/var/run/secrets/tracing/token",
} as const;

/**
 * The way to the gateway, for those whom it knows by a token.
 *
 * @param namespace the stack's.
 * @param consumers requests that may be under way at once.
 */
export function toGateway(
  namespace: string,
  { retrySeconds, consumers, ...size }: Record<"memoryMib" | "queueSpans" | "retrySeconds" | "consumers", number>,
) {
  return {
    endpoint: `${serviceHost(gatewayName, namespace)}:${ports.otlpGrpc}`,
    tls: { ca_file: agentFiles.ca, min_version: "1.3" },
    compression,
    auth: { authenticator: "bearertokenauth" },
    // The gateway cleans a whole batch before it answers. Given up too early, a batch is stored twice.
    timeout: "30s",
    retry_on_failure: {
      enabled: true,
      initial_interval: "1s",
      max_interval: "30s",
      max_elapsed_time: `${retrySeconds}s`,
    },
    sending_queue: {
      enabled: true,
      sizer: "bytes",
      queue_size: memoryQueueBytes(size),
      num_consumers: consumers,
      // A sender never blocks its application: beyond the queue new spans are dropped.
      block_on_overflow: false,
      // As long as the SDKs before it wait.
      batch: batchByBytes("agent", "1s"),
    },
  };
}

/**
 * Configuration of the agent, a collector beside each application container. It takes OTLP from the same pod only, and
 * tells the gateway by the pod's own token who sends.
 *
 * @param service whose pod it is in: the agent listens on ports of that pod's loopback, and delivers to the service's stack.
 * @param monitoring the stack's: whether the agent counts.
 */
export function agentConfig(
  { memoryMib, queueSpans, retrySeconds }: Sizes["agent"],
  service: Pick<Service, "wiring" | "stackNamespace">,
  monitoring?: Settings["monitoring"],
) {
  const { wiring, stackNamespace } = service;
  const { agentPorts: listen } = wiring;
  const config = {
    extensions: { bearertokenauth: { filename: agentFiles.token } },
    receivers: {
      otlp: {
        protocols: {
          grpc: { endpoint: `127.0.0.1:${listen.grpc}`, read_buffer_size: readBufferBytes },
          http: { endpoint: `127.0.0.1:${listen.http}` },
        },
      },
    },
    processors: { memory_limiter: memoryLimiter(memoryMib) },
    exporters: {
      otlp_grpc: toGateway(stackNamespace, { memoryMib, queueSpans, retrySeconds, consumers: 1 }),
    },
    service: {
      extensions: ["bearertokenauth"],
      pipelines: { traces: { receivers: ["otlp"], processors: ["memory_limiter"], exporters: ["otlp_grpc"] } },
      telemetry,
    },
  };
  return tellingOfItself(config, service, monitoring);
}
