import type { Context } from "../../config/context.ts";
import { otlpReceiver } from "../otel/otlp-receiver.ts";
import { attributes } from "../../lib/attributes.ts";
import { gatewayAudience, ports, samplerName, serviceHost } from "../../lib/names.ts";
import { withAgentMetrics } from "./agent-metrics/gateway.ts";
import { claimsProcessor, identityProcessors } from "./identity.ts";
import { withCollectorMetrics } from "./own-metrics.ts";
import { memoryQueueBytes } from "../otel/message-sizes.ts";
import { redactionProcessors } from "./redaction/plan.ts";
import { tokenKeys } from "./token-keys.ts";
import {
  compression,
  healthCheck,
  memoryLimiter,
  mutualTlsClient,
  ofMany,
  retryForever,
  telemetry,
  waitingClient,
  tlsServer,
} from "../otel/collector-parts.ts";

/** Order ids are UUIDs and follow this path segment in the companies' URLs. */
const orderInPath = "/orders/(?P<order_id>[0-9a-fA-F-]{36})";

/**
 * Where messages carry the order's id. The Java agent captures the header when told so (see the wiring), older versions
 * write `_` for `-`; the Node.js instrumentation records the correlation id by itself.
 */
const orderInMessages = [
  `span.attributes["messaging.header.x_order_id"][0]`,
  `span.attributes["messaging.header.x-order-id"][0]`,
  `span.attributes["messaging.conversation_id"]`,
  `span.attributes["messaging.message.conversation_id"]`,
];

type GatewayContext = Pick<Context, "settings" | "landscape" | "prometheusCa" | "serviceAccountKeys" | "issuerCa">;

/**
 * Configuration of the gateway: authenticates the sender, stamps service and group by its identity whatever the spans
 * claim, puts the order's id on spans, takes personal data out of them, and hands all spans of a trace to the same sampler.
 */
export function gatewayConfig(context: GatewayContext) {
  const { settings, landscape } = context;
  const { memoryMib, queueSpans } = settings.sizes.gateway;
  const claims = claimsProcessor();
  const identity = identityProcessors(landscape, settings.cluster.namespace);
  const redaction = redactionProcessors(settings.privacy);
  const orderId = `span.attributes["${attributes.orderId}"]`;
  const config = {
    extensions: {
      health_check: healthCheck,
      oidc: {
        providers: [
          {
            issuer_url: settings.cluster.serviceAccountIssuer,
            audience: gatewayAudience,
            ...tokenKeys(context).provider,
          },
        ],
      },
    },
    receivers: otlpReceiver({
      tls: tlsServer(),
      auth: { authenticator: "oidc" },
      // Agents keep their connections: without an end of its life a new gateway pod would get none.
      keepalive: { server_parameters: { max_connection_age: "60s", max_connection_age_grace: "30s" } },
    }),
    processors: {
      memory_limiter: memoryLimiter(memoryMib, ofMany),
      ...claims,
      "transform/order": {
        error_mode: "ignore",
        trace_statements: [
          `merge_maps(span.cache, ExtractPatterns(span.attributes["url.path"], "${orderInPath}"), "upsert") where span.attributes["url.path"] != nil`,
          `merge_maps(span.cache, ExtractPatterns(span.attributes["http.target"], "${orderInPath}"), "upsert") where span.attributes["http.target"] != nil`,
          `set(${orderId}, span.cache["order_id"]) where span.cache["order_id"] != nil`,
          ...orderInMessages.map((source) => `set(${orderId}, ${source}) where ${orderId} == nil and ${source} != nil`),
        ],
      },
      ...redaction,
      ...identity,
    },
    exporters: {
      load_balancing: {
        routing_key: "traceID",
        // Around all attempts of the inner exporter. Left out, or 0, it is 5 s: the inner timeout would never be reached.
        timeout: "600s",
        retry_on_failure: retryForever,
        sending_queue: {
          enabled: true,
          sizer: "bytes",
          queue_size: memoryQueueBytes({ memoryMib, queueSpans }),
          block_on_overflow: false,
          // What waits at the sampler must not be more than it can let in within the timeout.
          num_consumers: 4,
        },
        protocol: {
          otlp: {
            // The exporter dials pod addresses; every sampler's certificate carries the service's name.
            tls: { ...mutualTlsClient, server_name_override: serviceHost(samplerName, settings.cluster.namespace) },
            compression,
            // The sampler lets the gateway wait while it has too many undecided traces. An attempt that is given up while it
            // waits is sent again, and what the sampler has taken of it by then is stored twice. A dead connection shows by
            // the keepalive, not by this.
            timeout: "300s",
            keepalive: waitingClient,
            sending_queue: { enabled: false },
            // Tried again for one sampler first: the queue before the split would send the whole batch to all of them again,
            // and nothing behind it takes doubles out. A pod that restarts is back within this time.
            retry_on_failure: { enabled: true, initial_interval: "1s", max_interval: "5s", max_elapsed_time: "60s" },
          },
        },
        resolver: {
          dns: {
            hostname: serviceHost(samplerName, settings.cluster.namespace),
            port: String(ports.otlpGrpc),
            interval: "5s",
          },
        },
      },
    },
    service: {
      extensions: ["health_check", "oidc"],
      pipelines: {
        traces: {
          receivers: ["otlp"],
          // The order's id is read from what redaction drops; who sent it is written after what was sent is cleaned.
          processors: [
            "memory_limiter",
            ...Object.keys(claims),
            "transform/order",
            ...Object.keys(redaction),
            ...Object.keys(identity),
          ],
          exporters: ["load_balancing"],
        },
      },
      telemetry,
    },
  };
  return withAgentMetrics(context, withCollectorMetrics(context, config));
}
