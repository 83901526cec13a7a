import { agentCounters } from "../../../components/otel/agent-counters.ts";
import { watchedWorkloads } from "../../../components/monitoring/rules.ts";
import { readStack } from "../../../config/stack-file.ts";
import { gatewayName, samplerName } from "../../../lib/names.ts";
import { dashboards } from "../../../components/monitoring/dashboards/index.ts";
import { activeAlerts, query } from "./prometheus.ts";
import { mayBeEmpty, questionsOf } from "./questions.ts";
import type { Verdict } from "./promtool.ts";

/** Whether the company's Prometheus reads every part of the stack, and has what rules and pages ask for. */
export async function askSeries(stackName: string): Promise<Verdict[]> {
  const { name: stack, settings, landscape } = readStack(stackName);
  const workloads = watchedWorkloads(landscape);
  const up = await query(`up{namespace="${settings.cluster.namespace}"} == 1`);
  const reads = new Set(up.map(({ metric }) => metric["job"]));
  const unread = workloads.filter((job) => !reads.has(job));

  const counted = await query('sum by (service_name) (traces_span_metrics_calls_total{span_kind="SPAN_KIND_SERVER"})');
  const uncounted = landscape.services.filter(
    ({ id }) => !counted.some(({ metric, value }) => metric["service_name"] === id && Number(value[1]) > 0),
  );
  const strange = await query(
    `count by (service_name) ({__name__=~"traces_span_metrics_calls_total|tracing_agent_.*",service_name!~"${[...landscape.services.map(({ id }) => id), "unassigned"].join("|")}"})`,
  );
  const silent: string[] = [];
  for (const counter of ["accepted", "sent"] as const) {
    const told = await query(`sum by (service_name) (${agentCounters[counter].name}_total) > 0`);
    const missing = landscape.services.filter(({ id }) => !told.some(({ metric }) => metric["service_name"] === id));
    silent.push(...missing.map(({ id }) => `${id}: ${counter}`));
  }
  const wanted = [
    `otelcol_receiver_accepted_spans_total{job="${gatewayName}"}`,
    `otelcol_exporter_sent_spans_total{job="${samplerName}"}`,
    "otelcol_exporter_queue_size",
    "otelcol_exporter_queue_capacity",
    "jaeger_storage_bulk_index_inserts_total",
    "jaeger_storage_bulk_index_errors_total",
    "file_mtime_seconds",
    "traces_service_graph_request_total",
    "traces_span_metrics_duration_seconds_bucket",
    ...Object.keys(landscape.steps)
      .filter((id) => !["rejected", "price-failed"].includes(id))
      .map((id) => `traces_span_metrics_calls_total{tracing_step="${id}"}`),
    ...landscape.edges.flatMap(({ definition }) =>
      definition.kind === "store"
        ? [`traces_span_metrics_calls_total{service_name="${definition.from}",tracing_peer="${definition.to}"}`]
        : [],
    ),
  ];
  const missing: string[] = [];
  for (const series of wanted) if ((await query(`count(${series})`)).length === 0) missing.push(series);
  const questions = questionsOf(dashboards({ stack, landscape, settings }, settings.monitoring!));
  const unanswered: string[] = [];
  for (const question of questions) {
    const { page, panel, expr } = question;
    const samples = await query(expr);
    // A share of nothing is no number.
    const numbers = samples.filter(({ value }) => value[1] !== "NaN");
    if (numbers.length === 0 && !mayBeEmpty(question)) unanswered.push(`${page}, ${panel}: ${expr}`);
  }
  return [
    verdict(`reads ${workloads.length} parts of the stack`, unread),
    verdict(
      "counts the requests of every back end",
      uncounted.map(({ id }) => id),
    ),
    verdict(
      "counts nobody whom the catalogue does not know",
      strange.map(({ metric }) => metric["service_name"]!),
    ),
    verdict("is told by the agents of every back end what they take and hand on", silent),
    verdict(`has ${wanted.length} series that rules and pages ask for`, missing),
    verdict(`answers ${questions.length} questions of the pages`, unanswered),
  ];
}

/** Whether it tells of nothing. */
export async function askAlerts(): Promise<Verdict> {
  const firing = (await activeAlerts()).filter(({ state }) => state === "firing");
  return verdict(
    "no alert",
    firing.map(({ labels }) => JSON.stringify(labels)),
  );
}

function verdict(title: string, faults: readonly string[]): Verdict {
  return { title, ok: faults.length === 0, output: faults.join("\n") };
}
