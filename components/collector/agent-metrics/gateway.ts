import type { Context } from "../../../config/context.ts";
import { attributes } from "../../../lib/attributes.ts";
import { agentCounters } from "../../otel/agent-counters.ts";
import { identityGroup, subjectProcessor } from "../identity.ts";
import { ottlText, transformMetrics } from "../ottl.ts";
import { onlyCounters } from "./only-counters.ts";

/** The pod that a token is bound to: nobody has one of another's. */
const pod = `otelcol.client.auth.attributes["claims.kubernetes.io"]["pod"]["name"]`;

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
          ...Object.values(agentCounters).map(
            ({ counts, name }) => `set(metric.name, "${name}") where metric.name == "${counts}"`,
          ),
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
