import { gatewayName, ports, serviceHost } from "../../lib/names.ts";
import { memoryLimiter, telemetry } from "../otel/collector-parts.ts";

/** Memory of an agent, MiB: it must be small beside any application. */
export const agentMemoryMib = 96;

/** Where the agent finds what the wiring mounts. */
export const agentFiles = {
  config: "/etc/otelcol/config.yaml",
  /** The company's root: signs the gateway's certificate. */
  ca: "/etc/otelcol/company-ca.crt",
  token: "/var/run/secrets/tracing/token",
} as const;

/** Spans that wait in memory while the gateway is away. Beyond that new ones are dropped: an agent never blocks its application. */
const queuedSpans = 5000;

/**
 * Configuration of the agent, a collector beside each application container. It takes OTLP from the same pod only, and
 * tells the gateway by the pod's own token who sends.
 */
export function agentConfig() {
  return {
    extensions: { bearertokenauth: { filename: agentFiles.token } },
    receivers: {
      otlp: {
        protocols: {
          grpc: { endpoint: `127.0.0.1:${ports.otlpGrpc}` },
          http: { endpoint: `127.0.0.1:${ports.otlpHttp}` },
        },
      },
    },
    processors: { memory_limiter: memoryLimiter(agentMemoryMib) },
    exporters: {
      otlp_grpc: {
        endpoint: `${serviceHost(gatewayName)}:${ports.otlpGrpc}`,
        tls: { ca_file: agentFiles.ca, min_version: "1.3" },
        auth: { authenticator: "bearertokenauth" },
        retry_on_failure: { enabled: true, initial_interval: "1s", max_interval: "30s", max_elapsed_time: "5m" },
        sending_queue: {
          enabled: true,
          sizer: "items",
          queue_size: queuedSpans,
          num_consumers: 2,
          block_on_overflow: false,
          batch: { flush_timeout: "200ms", min_size: 512, max_size: 1024 },
        },
      },
    },
    service: {
      extensions: ["bearertokenauth"],
      pipelines: { traces: { receivers: ["otlp"], processors: ["memory_limiter"], exporters: ["otlp_grpc"] } },
      telemetry,
    },
  };
}
