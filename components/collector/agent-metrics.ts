import type { Context } from "../../config/context.ts";
import type { Service } from "../../config/landscape.ts";
import type { Settings } from "../../config/settings.ts";
import { attributes } from "../../lib/attributes.ts";
import { agentCounters } from "../otel/agent-counters.ts";
import { telemetry } from "../otel/collector-parts.ts";
import { identityGroup, subjectProcessor } from "./identity.ts";
import { ottlText, transformMetrics } from "./ottl.ts";

/**
 * How often an agent tells what it has counted since it started. Nothing is queued: what is not delivered is in the next report.
 */
const intervalSeconds = 60;

const counters = Object.values(agentCounters);
const any = (conditions: readonly string[]) => `(${conditions.join(" or ")})`;

/** The pod that a token is bound to: nobody has one of another's. */
const pod = `otelcol.client.auth.attributes["claims.kubernetes.io"]["pod"]["name"]`;

/**
 * Lets through what agents count of their spans. At both ends: whatever else is in the pod can hand metrics to the agent, too.
 *
 * @param refused further conditions of what is not.
 */
const onlyCounters = (...refused: readonly string[]) => ({
  "filter/counters": {
    error_mode: "propagate",
    metric_conditions: [
      {
        context: "metric",
        conditions: [
          `not ${any(counters.map(({ counts }) => `metric.name == "${counts}"`))}`,
          "metric.type != METRIC_DATA_TYPE_SUM",
          "metric.is_monotonic != true or metric.aggregation_temporality != AGGREGATION_TEMPORALITY_CUMULATIVE",
          ...refused,
        ],
      },
      // They can only be looked at, not taken away.
      { context: "datapoint", conditions: ["Len(datapoint.exemplars) > 0"] },
    ],
  },
});

/** What is added to of an agent. */
interface AgentConfig {
  processors: object;
  exporters: { otlp_grpc: object };
  service: { pipelines: object; telemetry: object };
}

/**
 * The agent's configuration with what it tells of itself. It has no certificate, and a port of its own in somebody's pod is not
 * for it to open: so it hands its counters to the receiver that it has, and on the way that spans go. Unchanged where nobody is
 * to read them.
 */
export function tellingOfItself<T extends AgentConfig>(
  config: T,
  { wiring }: Pick<Service, "wiring">,
  monitoring: Settings["monitoring"],
): T {
  if (!monitoring) return config;
  const { processors, exporters, service } = config;
  const filter = onlyCounters();
  const toGateway = {
    ...exporters.otlp_grpc,
    // No room of the spans', and none in memory.
    sending_queue: { enabled: false },
    retry_on_failure: { enabled: false },
  };
  return {
    ...config,
    processors: { ...processors, ...filter },
    exporters: { ...exporters, "otlp_grpc/own": toGateway },
    service: {
      ...service,
      pipelines: {
        ...service.pipelines,
        metrics: { receivers: ["otlp"], processors: Object.keys(filter), exporters: ["otlp_grpc/own"] },
      },
      telemetry: {
        ...telemetry,
        metrics: {
          level: "basic",
          readers: [
            {
              periodic: {
                interval: intervalSeconds * 1_000,
                exporter: {
                  otlp: { protocol: "http/protobuf", endpoint: `http://127.0.0.1:${wiring.agentPorts.http}` },
                },
              },
            },
          ],
        },
      },
    },
  };
}

/** What is added to of the gateway. Its own metrics are in it already. */
interface GatewayConfig {
  processors: object;
  service: { pipelines: object };
}

/**
 * Who counted it, by the token alone, and a number: nothing else of what was sent is shown. The pod too is the token's: of two pods
 * under one name a count would hide the other, and names that somebody makes up would be series without end.
 */
function stamped({ landscape, settings }: Pick<Context, "landscape" | "settings">) {
  const of = (key: string) => `datapoint.attributes["${key}"]`;
  const labels = [attributes.serviceName, attributes.pod];
  return {
    ...subjectProcessor,
    "transform/counters": transformMetrics(
      identityGroup(landscape, settings.cluster.namespace),
      {
        context: "datapoint",
        statements: [
          "keep_keys(datapoint.attributes, [])",
          `set(${of(attributes.serviceName)}, resource.attributes["${attributes.serviceName}"])`,
          `set(${of(attributes.pod)}, ${pod})`,
        ],
      },
      {
        context: "metric",
        statements: [
          // Counted by way in and by kind of error: each of these would overwrite the others.
          `aggregate_on_attributes("sum", [${labels.map(ottlText).join(", ")}])`,
          `set(metric.unit, "")`,
          `set(metric.description, "")`,
          ...counters.map(({ counts, name }) => `set(metric.name, "${name}") where metric.name == "${counts}"`),
        ],
      },
      {
        context: "scope",
        statements: [
          `set(scope.name, "")`,
          `set(scope.version, "")`,
          "keep_keys(scope.attributes, [])",
          `set(scope.schema_url, "")`,
        ],
      },
      { context: "resource", statements: ["keep_keys(resource.attributes, [])"] },
    ),
  };
}

/** The gateway's configuration with what agents tell of themselves. Unchanged where nobody is to read it. */
export function withAgentMetrics<T extends GatewayConfig>(
  context: Pick<Context, "settings" | "landscape">,
  config: T,
): T {
  if (!context.settings.monitoring) return config;
  const processors = { ...onlyCounters(`${pod} == nil`), ...stamped(context) };
  const { service } = config;
  return {
    ...config,
    processors: { ...config.processors, ...processors },
    service: {
      ...service,
      pipelines: {
        ...service.pipelines,
        "metrics/agents": {
          receivers: ["otlp"],
          processors: ["memory_limiter", ...Object.keys(processors)],
          exporters: ["prometheus"],
        },
      },
    },
  };
}
