import { gatewayName, samplerName } from "../../../lib/names.ts";
import { durationText, parseDuration } from "../../../lib/time.ts";
import { certificateTtlSeconds } from "../../vault/workload-identity.ts";
import { happened, type Metrics } from "../metrics.ts";
import { patient } from "../patience.ts";
import type { Alert } from "./alert.ts";

const gateway = `job="${gatewayName}"`;
const sampler = `job="${samplerName}"`;

/** A certificate that is so old should have been renewed long ago, seconds. Vault Agent does it at half of its life. */
const staleSeconds = Math.round((certificateTtlSeconds * 2) / 3);

/**
 * What can go wrong between the back ends and the store.
 *
 * @param workloads names of all that show metrics.
 * @param frontEnds of those, the ones that browsers deliver to.
 * @param patiencePercent see {@link patient}.
 */
export function pipelineAlerts(
  { series }: Metrics,
  workloads: readonly string[],
  frontEnds: readonly string[],
  patiencePercent: number,
): Alert[] {
  const after = (minutes: number) => patient(minutes, patiencePercent);
  const told = (minutes: number) => durationText(parseDuration(after(minutes)));
  const up = series("up", `job=~"${workloads.join("|")}"`);
  const gone = workloads.map((workload) => `absent(${series("up", `job="${workload}"`)})`);
  const accepted = series("otelcol_receiver_accepted_spans_total", gateway);
  const refused = [
    `sum by (job) (rate(${series("otelcol_receiver_refused_spans_total")}[${after(5)}])) > 0`,
    `sum by (job) (rate(${series("otelcol_exporter_enqueue_failed_spans_total", gateway)}[${after(5)}])) > 0`,
  ];
  // Who refuses what a browser sends has told it so; a gateway never gives up.
  const lost = [
    series("otelcol_exporter_enqueue_failed_spans_total", sampler),
    series("otelcol_exporter_send_failed_spans_total", `job=~"${[samplerName, ...frontEnds].join("|")}"`),
  ].map((counter) => happened(counter, after(10), "job, exporter"));
  const queued = series("otelcol_exporter_queue_size");
  const sent = `sum by (exporter) (rate(${series("otelcol_exporter_sent_spans_total", sampler)}[${after(10)}]))`;
  return [
    {
      name: "TracingTargetDown",
      severity: "critical",
      expr: [`${up} == 0`, ...gone].join(" or "),
      for: after(5),
      summary: "{{ $labels.job }} cannot be read by Prometheus: it is down, or not to be reached.",
    },
    {
      name: "TracingNoSpans",
      severity: "critical",
      expr: `sum(increase(${accepted}[${after(30)}])) == 0 and sum(increase(${accepted}[1d] offset ${after(30)})) > 0`,
      for: after(5),
      summary: `No back end has delivered a span for ${told(30)}; yesterday they did.`,
    },
    {
      name: "TracingSpansRefused",
      severity: "warning",
      expr: refused.join(" or "),
      for: after(5),
      summary: "{{ $labels.job }} refuses spans. Senders try again for a few minutes; then they drop them.",
    },
    {
      name: "TracingSpansLost",
      severity: "critical",
      expr: lost.join(" or "),
      for: "0m",
      summary: "{{ $labels.job }} has lost {{ $value | humanize }} spans on the way to {{ $labels.exporter }}.",
    },
    {
      name: "TracingQueueFilling",
      severity: "warning",
      expr: `max by (job, exporter) (${queued} / ${series("otelcol_exporter_queue_capacity")}) > 0.5`,
      for: after(10),
      summary:
        "The queue of {{ $labels.job }} to {{ $labels.exporter }} is {{ $value | humanizePercentage }} full. When it is full, spans are lost.",
    },
    {
      name: "TracingDeliveryStalled",
      severity: "critical",
      expr: `sum by (exporter) (${series("otelcol_exporter_queue_size", sampler)}) > 0 unless ${sent} > 0`,
      for: after(5),
      summary: `Spans wait for {{ $labels.exporter }}, and none has got there for ${told(10)}.`,
    },
    {
      name: "TracingStoreErrors",
      severity: "critical",
      // Documents that were refused, and whole requests that failed: Jaeger counts the documents of those as inserted.
      expr: ["jaeger_storage_bulk_index_errors_total", "jaeger_storage_bulk_index_latency_err_seconds_count"]
        .map((metric) => happened(series(metric), after(10), "job"))
        .join(" or "),
      for: "0m",
      summary:
        "Writes of {{ $labels.job }} to Elasticsearch have failed. Jaeger has told nobody else: those spans are gone.",
    },
    {
      name: "TracingCertificateNotRenewed",
      severity: "critical",
      expr: `time() - max by (job, instance) (${series("file_mtime_seconds")}) > ${staleSeconds}`,
      for: after(5),
      summary: "The certificate of {{ $labels.job }} is {{ $value | humanizeDuration }} old and has not been renewed.",
    },
  ];
}
