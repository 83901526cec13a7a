import { countedByAgents, type Metrics } from "../metrics.ts";
import type { AgentCounter } from "../../otel/agent-counters.ts";
import { page, panelsOf } from "./panels.ts";

/** Whether spans get from the back ends into the store, and where they stand if not. */
export function pipelinePage(metrics: Metrics, stack: string, dataSource: string) {
  const { series } = metrics;
  const rate = (metric: string, by: string) => `sum by (${by}) (rate(${series(metric)}[$__rate_interval]))`;
  const { lines, table } = panelsOf(dataSource);
  const agents = (name: string, counter: AgentCounter) => ({
    name,
    unit: "short",
    expr: countedByAgents(metrics, counter, "1h"),
  });
  return page(
    {
      id: `tracing-${stack}-pipeline`,
      title: `Tracing ${stack}: pipeline`,
      description: "Whether spans get from the back ends into the store.",
      from: "now-6h",
    },
    [
      lines("Up", "1: Prometheus can read it.", "none", [[series("up"), "{{job}} {{instance}}"]]),
      lines("Taken in", "Spans that a part has accepted.", "cps", [
        [rate("otelcol_receiver_accepted_spans_total", "job"), "{{job}}"],
      ]),
      lines("Refused", "Senders try again; what they give up is lost.", "cps", [
        [rate("otelcol_receiver_refused_spans_total", "job"), "{{job}} receiver"],
        [rate("otelcol_exporter_enqueue_failed_spans_total", "job, exporter"), "{{job}} queue to {{exporter}}"],
      ]),
      lines("Handed on", "Spans that the next part has taken.", "cps", [
        [rate("otelcol_exporter_sent_spans_total", "job, exporter"), "{{job}} to {{exporter}}"],
      ]),
      table(
        "Agents",
        "Spans of the last hour, by the agents that run. They tell once a minute, and nothing while the gateway is away.",
        [
          agents("taken", "accepted"),
          agents("handed on", "sent"),
          agents("refused", "refused"),
          agents("lost", "lost"),
        ],
      ),
      lines("Queues", "Full at 100 %.", "percentunit", [
        [
          `max by (job, exporter) (${series("otelcol_exporter_queue_size")} / ${series("otelcol_exporter_queue_capacity")})`,
          "{{job}} to {{exporter}}",
        ],
      ]),
      lines(
        "Written to Elasticsearch",
        "What fails here is told to nobody: those spans are gone. Of a request that failed Jaeger counts all as written.",
        "cps",
        [
          [rate("jaeger_storage_bulk_index_inserts_total", "job"), "{{job}}"],
          [rate("jaeger_storage_bulk_index_errors_total", "job"), "{{job}}: refused"],
          [rate("jaeger_storage_bulk_index_latency_err_seconds_count", "job"), "{{job}}: requests that failed"],
        ],
      ),
      lines("Memory", "Of the process.", "bytes", [
        [series("otelcol_process_memory_rss_bytes"), "{{job}} {{instance}}"],
      ]),
      lines("Processor", "Cores in use.", "none", [
        [`rate(${series("otelcol_process_cpu_seconds_total")}[$__rate_interval])`, "{{job}} {{instance}}"],
      ]),
      lines("Age of certificates", "Renewed after half of their life.", "s", [
        [`time() - ${series("file_mtime_seconds")}`, "{{job}} {{instance}}"],
      ]),
    ],
  );
}
