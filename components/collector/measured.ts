import type { Context } from "../../config/context.ts";
import { latencyMsOf } from "../../config/settings/monitoring.ts";
import { withCollectorMetrics } from "./own-metrics.ts";
import { durationBuckets, spanMetrics } from "./span-metrics.ts";

/** What is measured: the configuration of a sampler. */
interface SamplerConfig {
  receivers: object;
  exporters: object;
  connectors: object;
  processors: object;
  service: {
    pipelines: { "traces/in": { receivers: string[]; processors: string[]; exporters: string[] } };
    telemetry: object;
  };
}

/**
 * The sampler's configuration with requests, errors and durations of all spans, before it chooses among them: it gets both
 * halves of every call, cleaned, and each span once. Unchanged where nobody is to read them.
 *
 * They are counted in a branch of their own, on a copy: nothing that goes wrong there, and no label, gets into a trace.
 */
export function measured<T extends SamplerConfig>(
  context: Pick<Context, "settings" | "landscape" | "prometheusCa">,
  config: T,
): T {
  const { settings, landscape } = context;
  if (!settings.monitoring) return config;
  const { objectives } = settings.monitoring;
  const buckets = durationBuckets(landscape.services.map(({ id }) => latencyMsOf(objectives, id)));
  const { processors, connectors } = spanMetrics(landscape, buckets, settings.sizes.sampler.undecidedTraces);
  const { receivers, processors: before, exporters } = config.service.pipelines["traces/in"];
  const limiter = before.slice(0, 1);
  const branch = (name: string) => `forward/${name}`;
  return withCollectorMetrics(
    context,
    {
      ...config,
      processors: { ...config.processors, ...processors },
      connectors: { ...config.connectors, ...connectors, [branch("measured")]: null, [branch("sampled")]: null },
      service: {
        ...config.service,
        pipelines: {
          ...config.service.pipelines,
          "traces/in": { receivers, processors: limiter, exporters: [branch("measured"), branch("sampled")] },
          "traces/measured": {
            receivers: [branch("measured")],
            processors: Object.keys(processors),
            exporters: Object.keys(connectors),
          },
          "traces/sampled": { receivers: [branch("sampled")], processors: before.slice(1), exporters },
        },
      },
    },
    Object.keys(connectors),
  );
}
