import type { Context } from "../../config/context.ts";
import type { OpenFrontend } from "../../config/landscape.ts";
import { attributes } from "../../lib/attributes.ts";
import { ports } from "../../lib/names.ts";
import { healthCheck, memoryLimiter, onPodAddress, telemetry, tlsServer } from "../otel/collector-parts.ts";
import { agentFiles, toGateway } from "./agent-config.ts";
import { configText, ottlText, transform } from "./ottl.ts";
import { withCollectorMetrics } from "./own-metrics.ts";

/** Largest request, packed or not, bytes. A browser gives up what is above 64 KiB when its page is left. */
const requestBytes = 512 * 1024;

/** What of a browser's resource goes on, if the gateway lets it through: the rest would be claims about machines. */
const resourceKeys = String.raw`^(service\.(name|version)|telemetry\.sdk\.(name|language|version))$`;

/** Where a span's own trace id is while the rate is limited. The gateway would remove it, if it were forgotten here. */
const ownTrace = `span.attributes["tracing.own_trace_id"]`;

/**
 * Lets so many spans a second pass. The collector has a limit of the rate for traces only, and whoever sends all spans in one
 * trace would pass it; so each span is a trace of its own for the time.
 */
function rateLimit(spansPerSecond: number) {
  return {
    "transform/apart": transform({
      context: "span",
      statements: [
        `set(${ownTrace}, span.trace_id.string)`,
        // Not to be guessed: else two spans could share one.
        `set(span.trace_id.string, Substring(SHA256(UUID()), 0, 32))`,
      ],
    }),
    tail_sampling: {
      decision_wait: "1s",
      // Beyond the limit and its burst nothing has to be kept. The oldest go first.
      num_traces: 4 * spansPerSecond,
      policies: [{ name: "rate", type: "rate_limiting", rate_limiting: { spans_per_second: spansPerSecond } }],
    },
    "transform/together": transform({
      context: "span",
      statements: [`set(span.trace_id.string, ${ownTrace})`, `delete_key(span.attributes, "tracing.own_trace_id")`],
    }),
  };
}

/**
 * Configuration of the entry for the browsers of one front end. Whoever comes here is nobody: what he sends counts as of this
 * front end, a little of it goes on, and the gateway cleans it as all else.
 */
export function frontEndConfig(context: Pick<Context, "settings" | "prometheusCa">, { id, origins }: OpenFrontend) {
  const { cluster, sizes, frontEnds } = context.settings;
  if (!frontEnds) throw new Error("the settings open no front end");
  const { memoryMib, queueSpans } = sizes.frontEnd;
  const processors = {
    memory_limiter: memoryLimiter(memoryMib),
    // Dropped spans are counted by the filter. A page under another name is a mistake to be seen, or a lie.
    "filter/known": {
      error_mode: "propagate",
      trace_conditions: [
        `resource.attributes["${attributes.serviceName}"] != "${id}"`,
        // Browsers call, and work by themselves; they serve nobody.
        "span.kind != SPAN_KIND_CLIENT and span.kind != SPAN_KIND_INTERNAL",
        `span.trace_id == TraceID(0x${"0".repeat(32)})`,
      ].map(configText),
    },
    "transform/resource": transform({
      context: "resource",
      statements: [`keep_matching_keys(resource.attributes, ${ottlText(resourceKeys)})`],
    }),
    ...rateLimit(frontEnds.spansPerSecond),
  };
  const config = {
    extensions: { health_check: healthCheck, bearertokenauth: { filename: agentFiles.token } },
    receivers: {
      otlp: {
        protocols: {
          http: {
            endpoint: onPodAddress(ports.otlpHttp),
            tls: tlsServer(),
            cors: { allowed_origins: [...origins], max_age: 7200 },
            max_request_body_size: requestBytes,
            compression_algorithms: ["", "gzip"],
            // Who sends byte by byte is not waited for.
            read_header_timeout: "5s",
            read_timeout: "10s",
            idle_timeout: "30s",
          },
        },
      },
    },
    processors,
    exporters: {
      // One request at a time: that much of a gateway a flood can take, and no more.
      otlp_grpc: toGateway(cluster.namespace, { memoryMib, queueSpans, retrySeconds: 60, consumers: 1 }),
    },
    service: {
      extensions: ["health_check", "bearertokenauth"],
      pipelines: { traces: { receivers: ["otlp"], processors: Object.keys(processors), exporters: ["otlp_grpc"] } },
      telemetry,
    },
  };
  return withCollectorMetrics(context, config);
}
