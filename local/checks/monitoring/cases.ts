import type { AlertName } from "../../../components/monitoring/alerts/alert.ts";
import { durationCount, durations, spanLabels } from "../../../components/monitoring/metrics.ts";
import type { ruleGroups } from "../../../components/monitoring/rules.ts";
import type { Landscape } from "../../../config/landscape.ts";
import { frontEndName, gatewayName, jaegerCollectorName, samplerName } from "../../../lib/names.ts";
import { parseDuration } from "../../../lib/time.ts";

/** Series over time, in promtool's notation: `0+10x60` grows by ten a minute for an hour. */
type Series = Readonly<Record<string, string>>;

/** What makes an alert fire, and what is like it and must not. */
export interface AlertCase {
  alert: AlertName;
  /** Labels that its series must carry. */
  labels: Readonly<Record<string, string>>;
  /** When it is looked at, minutes after the begin. */
  at: number;
  fires: Series;
  quiet: Series;
}

const { service, kind, status, peer, step } = spanLabels;
const seriesIn = (namespace: string) => (metric: string, labels: Record<string, string>) =>
  `${metric}{${Object.entries({ namespace, ...labels })
    .map(([name, value]) => `${name}="${value}"`)
    .join(",")}}`;

/** Two days of minutes. */
const long = 2880;

/**
 * One firing and one quiet case of every alert that a landscape has.
 *
 * @param namespace the stack's.
 * @param workloads all that Prometheus reads.
 * @param edgeMinutes how long an edge may be silent.
 * @param latencyMs what each service promises.
 */
export function alertCases(
  namespace: string,
  { services, edges, steps, openFrontends }: Pick<Landscape, "services" | "edges" | "steps" | "openFrontends">,
  workloads: readonly string[],
  edgeMinutes: number,
  latencyMs: (id: string) => number,
): AlertCase[] {
  const of = seriesIn(namespace);
  const calls = (labels: Record<string, string>) => of("traces_span_metrics_calls_total", labels);
  const allUp = Object.fromEntries(workloads.map((job) => [of("up", { job, instance: `${job}:9464` }), "1x60"]));
  const jaeger = jaegerCollectorName("shop");
  const exporter = "otlp_grpc/shop";
  const queue = (job: string, size: string) => ({
    [of("otelcol_exporter_queue_size", { job, exporter, instance: "a" })]: size,
    [of("otelcol_exporter_queue_capacity", { job, exporter, instance: "a" })]: "100x60",
  });
  const counter = (metric: string, job: string, values: string, more = {}) => ({
    [of(metric, { job, instance: "a", ...more })]: values,
  });
  return [
    {
      alert: "TracingTargetDown",
      labels: { job: samplerName },
      at: 30,
      fires: { ...allUp, [of("up", { job: samplerName, instance: `${samplerName}:9464` })]: "1x10 0x50" },
      quiet: allUp,
    },
    {
      // One that nobody has ever seen.
      alert: "TracingTargetDown",
      labels: { job: gatewayName },
      at: 30,
      fires: Object.fromEntries(Object.entries(allUp).filter(([name]) => !name.includes(`job="${gatewayName}"`))),
      quiet: allUp,
    },
    {
      alert: "TracingNoSpans",
      labels: {},
      at: 200,
      fires: counter("otelcol_receiver_accepted_spans_total", gatewayName, "0+10x120 1200x100"),
      quiet: counter("otelcol_receiver_accepted_spans_total", gatewayName, "0+10x120 1200x60 1200+1x60"),
    },
    ...(
      [
        ["otelcol_receiver_refused_spans_total", samplerName],
        ["otelcol_exporter_enqueue_failed_spans_total", gatewayName],
      ] as const
    ).map(([metric, job]): AlertCase => ({
      alert: "TracingSpansRefused",
      labels: { job },
      at: 30,
      fires: counter(metric, job, "0x10 0+5x50"),
      // A burst that is over after two minutes: senders have tried again.
      quiet: counter(metric, job, "0x10 0+5x2 10x48"),
    })),
    ...["otelcol_exporter_enqueue_failed_spans_total", "otelcol_exporter_send_failed_spans_total"].map(
      (metric): AlertCase => ({
        alert: "TracingSpansLost",
        labels: { job: samplerName, exporter },
        at: 30,
        // The counter is there from the first loss on.
        fires: counter(metric, samplerName, "_x29 512x31", { exporter }),
        quiet: counter(metric, samplerName, "512x60", { exporter }),
      }),
    ),
    ...openFrontends.map(({ id }): AlertCase => {
      const job = frontEndName(id);
      const given = { exporter: "otlp_grpc" };
      return {
        // Of browsers, when the gateway is away for more than a minute.
        ...{ alert: "TracingSpansLost", labels: { job, ...given }, at: 30 },
        fires: counter("otelcol_exporter_send_failed_spans_total", job, "_x29 512x31", given),
        quiet: counter("otelcol_exporter_send_failed_spans_total", job, "512x60", given),
      };
    }),
    ...(
      [
        ["TracingAgentSpansLost", "tracing_agent_lost_spans_total"],
        ["TracingAgentSpansRefused", "tracing_agent_refused_spans_total"],
      ] as const
    ).flatMap(([alert, metric]): AlertCase[] => {
      const of = (service_name: string, pod: string, gateway: string, values: string) =>
        counter(metric, gatewayName, values, { instance: gateway, service_name, tracing_pod: pod });
      const [{ id }] = services as [(typeof services)[number]];
      const labels = { service_name: id };
      return [
        {
          // The first thing that is told of a pod, while another stands still.
          ...{ alert, labels, at: 30 },
          fires: { ...of(id, "a", "1", "5x60"), ...of(id, "b", "1", "_x29 512x31") },
          // Two gateways show what an agent told each of them; one of them ends, and another begins.
          quiet: {
            ...of(id, "a", "1", "5x29 _x31"),
            ...of(id, "a", "2", "_x5 3x3 _x52"),
            ...of(id, "a", "3", "_x29 5x31"),
          },
        },
        {
          // More than before an outage of an hour, of which nobody could tell.
          ...{ alert, labels, at: 95 },
          fires: { ...of(id, "a", "1", "5x30 _x90"), ...of(id, "a", "2", "_x94 9x30") },
          quiet: { ...of(id, "a", "1", "5x30 _x90"), ...of(id, "a", "2", "_x94 5x30") },
        },
        {
          // A container that has begun anew counts from nothing; an old count is no news.
          ...{ alert, labels, at: 30 },
          fires: of(id, "a", "1", "500x28 3x32"),
          quiet: of(id, "a", "1", "500x10 3x50"),
        },
      ];
    }),
    {
      alert: "TracingQueueFilling",
      labels: { job: samplerName, exporter },
      at: 30,
      fires: queue(samplerName, "10x10 60x50"),
      quiet: queue(samplerName, "10x10 60x5 10x45"),
    },
    {
      alert: "TracingDeliveryStalled",
      labels: { exporter },
      at: 40,
      fires: {
        ...queue(samplerName, "5x60"),
        ...counter("otelcol_exporter_sent_spans_total", samplerName, "0+10x10 100x50", { exporter }),
      },
      quiet: {
        ...queue(samplerName, "5x60"),
        ...counter("otelcol_exporter_sent_spans_total", samplerName, "0+10x60", { exporter }),
      },
    },
    ...(
      [
        ["jaeger_storage_bulk_index_errors_total", "0x29 3x31"],
        ["jaeger_storage_bulk_index_latency_err_seconds_count", "_x29 1x31"],
      ] as const
    ).map(([metric, values]): AlertCase => ({
      alert: "TracingStoreErrors",
      labels: { job: jaeger },
      at: 30,
      fires: counter(metric, jaeger, values, { name: "store" }),
      quiet: counter(metric, jaeger, "3x60", { name: "store" }),
    })),
    {
      alert: "TracingCertificateNotRenewed",
      labels: { job: gatewayName },
      at: 2900,
      fires: counter("file_mtime_seconds", gatewayName, `0x${2 * long}`),
      // Renewed after 36 hours.
      quiet: counter("file_mtime_seconds", gatewayName, `0x2160 129600x${long}`),
    },
    ...edges.flatMap(({ id, definition, required }): AlertCase[] => {
      if (!required) return [];
      const { from } = definition;
      const work = calls({ [service]: from, [kind]: "SPAN_KIND_SERVER" });
      const at = 600 + 2 * edgeMinutes;
      if (definition.kind === "store") {
        const edge = calls({ [service]: from, [kind]: "SPAN_KIND_CLIENT", [peer]: definition.to });
        return [
          {
            alert: "EdgeSilent",
            labels: { edge: id },
            at,
            fires: { [work]: `0+5x${long}`, [edge]: `0+5x600 3000x${long}` },
            // It never was used: the proof says so, not an alert.
            quiet: { [work]: `0+5x${long}`, [edge]: `7x${long}` },
          },
        ];
      }
      if (definition.kind !== "message") return [];
      const sent = calls({ [service]: from, [kind]: "SPAN_KIND_PRODUCER", [peer]: definition.via });
      const taken = calls({ [service]: definition.to, [kind]: "SPAN_KIND_CONSUMER", [peer]: definition.via });
      const silent = { [sent]: `0+1x${long}`, [taken]: `0+1x600 600x${long}` };
      return [
        {
          alert: "EdgeSilent",
          labels: { edge: id },
          at,
          fires: silent,
          // What is taken after a start of the sampler begins a series.
          quiet: { [sent]: `0+1x${long}`, [taken]: `_x${at - 2} 5x${long}` },
        },
        {
          alert: "EdgeSilent",
          labels: { edge: id },
          at,
          fires: silent,
          // Nothing is sent, so nothing can be taken.
          quiet: { [sent]: `0+1x600 600x${long}`, [taken]: `0+1x600 600x${long}` },
        },
      ];
    }),
    ...Object.entries(steps).flatMap(([id, definition]): AlertCase[] => {
      const { next, message } = definition;
      if (!next) return [];
      const allowed = parseDuration(next.within) + (message ? parseDuration(message.within) : 0);
      if (allowed > parseDuration("3d")) return [];
      const minutes = Math.ceil(allowed / 60_000);
      const entered = calls({ [step]: id, [status]: "STATUS_CODE_UNSET" });
      const left = calls({ [step]: next.steps[0], [status]: "STATUS_CODE_UNSET" });
      const end = 600 + minutes;
      return [
        {
          alert: "OrdersStandTooLong",
          labels: { step: id },
          at: end,
          fires: { [entered]: `0+1x${end}`, [left]: `0+1x300 300x${end}` },
          // All go on at once, or wait no longer than they may.
          quiet: { [entered]: `0+1x${end}`, [left]: `0x${minutes} 0+1x${end}` },
        },
      ];
    }),
    ...services.flatMap(({ id }): AlertCase[] => {
      const request = { [service]: id, [kind]: "SPAN_KIND_SERVER" };
      const good = calls({ ...request, [status]: "STATUS_CODE_UNSET" });
      const bad = calls({ ...request, [status]: "STATUS_CODE_ERROR" });
      const all = of(durationCount, request);
      const fast = of(durations, { ...request, le: String(latencyMs(id) / 1000) });
      return [
        {
          alert: "ServiceErrorBudgetBurns",
          labels: { service: id, severity: "critical" },
          at: 120,
          fires: { [good]: "0+10x180", [bad]: "0x60 0+5x120" },
          // One in a thousand is within the promise.
          quiet: { [good]: "0+1000x180", [bad]: "0+1x180" },
        },
        {
          alert: "ServiceErrorBudgetBurns",
          labels: { service: id, severity: "warning" },
          at: 600,
          fires: { [good]: "0+100x700", [bad]: "0+4x700" },
          // An hour of it is a blip in six, and over.
          quiet: { [good]: "0+100x700", [bad]: "0x500 0+4x40 160x160" },
        },
        {
          alert: "ServiceLatencyBudgetBurns",
          labels: { service: id, severity: "critical" },
          at: 120,
          fires: { [good]: "0+10x180", [all]: "0+10x180", [fast]: "0+1x180" },
          quiet: { [good]: "0+10x180", [all]: "0+10x180", [fast]: "0+10x180" },
        },
        {
          alert: "ServiceLatencyBudgetBurns",
          labels: { service: id, severity: "warning" },
          at: 600,
          fires: { [good]: "0+10x700", [all]: "0+10x700", [fast]: "0+5x700" },
          quiet: { [good]: "0+10x700", [all]: "0+10x700", [fast]: "0+9x700" },
        },
      ];
    }),
  ];
}

type Rule = ReturnType<typeof ruleGroups>[number]["rules"][number];

/** A test of promtool, and the rules that it is about. */
interface PromtoolTest {
  rules: { groups: readonly { name: string; rules: readonly Rule[] }[] };
  test: object;
}

/**
 * A case as a test of promtool: the alert fires by its cause, and is quiet beside it. With its own rules alone, since promtool
 * judges all rules of a file in every minute of two days.
 *
 * @param rulesFile where the rules of the test will be.
 * @throws if no rule is what the case is about.
 */
export function promtoolTest(
  { alert, labels, at, fires, quiet }: AlertCase,
  rules: readonly Rule[],
  rulesFile: string,
) {
  const own = rules.filter(
    (rule) =>
      rule.alert === alert &&
      // What the rule does not set comes from the series.
      Object.entries(rule.labels).every(([name, value]) => !(name in labels) || labels[name] === value),
  );
  if (own.length === 0) throw new Error(`no rule ${alert} with ${JSON.stringify(labels)}`);
  return {
    rules: { groups: [{ name: alert, rules: own }] },
    test: {
      rule_files: [rulesFile],
      evaluation_interval: "1m",
      tests: (
        [
          [fires, true],
          [quiet, false],
        ] as const
      ).map(([series, firing]) => {
        const wanted = Object.entries({ alertname: alert, alertstate: "firing", ...labels });
        const expr = `count(ALERTS{${wanted.map(([name, value]) => `${name}="${value}"`).join(",")}})`;
        return {
          name: `${alert} ${Object.values(labels).join(" ")}: ${firing ? "fires" : "quiet"}`,
          interval: "1m",
          input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
          promql_expr_test: [{ expr, eval_time: `${at}m`, exp_samples: firing ? [{ labels: "{}", value: 1 }] : [] }],
        };
      }),
    },
  } satisfies PromtoolTest;
}
