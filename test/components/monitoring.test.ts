import "../support/without-sdks.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { samplerConfig } from "../../components/collector/sampler-config.ts";
import { gatewayPlan, samplerPlan } from "../../components/collector/workloads.ts";
import { jaegerCollectorPlan, jaegerQueryPlan } from "../../components/jaeger/workloads.ts";
import { alertNames } from "../../components/monitoring/alerts/alert.ts";
import { dashboards } from "../../components/monitoring/dashboards/index.ts";
import { monitoringFiles } from "../../components/monitoring/files.ts";
import { upTo } from "../../components/monitoring/metrics.ts";
import { patient } from "../../components/monitoring/patience.ts";
import { alertsOf, objectivesOf, ruleGroups, watchedWorkloads } from "../../components/monitoring/rules.ts";
import { scrapeConfigs, serviceMonitors } from "../../components/monitoring/scrape.ts";
import { alertCases } from "../../local/checks/monitoring/cases.ts";
import { mayBeEmpty, questionsOf } from "../../local/checks/monitoring/questions.ts";
import type { WorkloadPlan } from "../../components/kubernetes/workload-plan.ts";
import { context as silent, companyCa, contextOf } from "../support/context.ts";
import { loose } from "../support/loose.ts";

const prometheus = {
  namespace: "monitoring",
  podLabels: { "app.kubernetes.io/name": "prometheus" },
  caFile: "/pki/company.crt",
};
const client = { caFile: "monitoring.crt", certificateFile: "/pki/tls.crt", keyFile: "/pki/tls.key" };
const context = contextOf({ monitoring: { prometheus } });
const mutual = { ...contextOf({ monitoring: { prometheus: { ...prometheus, client } } }), prometheusCa: companyCa };
const monitoring = context.settings.monitoring!;
const { landscape } = context;

const plans = (of: typeof context): WorkloadPlan[] => [
  gatewayPlan(of),
  samplerPlan(of),
  jaegerCollectorPlan(of, "shop"),
  jaegerQueryPlan(of, "all"),
];
const configOf = ({ config }: WorkloadPlan) => loose(load(config["config.yaml"]!));

describe("metrics endpoint", () => {
  test("without the setting nothing is counted, and nobody is let in for it", () => {
    for (const plan of plans(silent)) {
      const config = configOf(plan);
      expect(plan.metrics).toBeUndefined();
      expect(config.exporters).not.toHaveProperty("prometheus");
      expect(config.service.telemetry.metrics).toEqual({ level: "none" });
      expect(Object.keys(config.service.pipelines).join()).not.toMatch(/metrics|measured/);
    }
  });

  test("every part shows its metrics over TLS, to the pods of Prometheus", () => {
    for (const plan of plans(context)) {
      const { endpoint, tls } = configOf(plan).exporters.prometheus;
      expect(endpoint).toBe("[${env:POD_IP}]:9464");
      expect(tls).toMatchObject({ cert_file: "/vault/secrets/tls.crt", min_version: "1.3" });
      expect(tls).not.toHaveProperty("client_ca_file");
      expect(plan.files.some(({ kind }) => kind === "certificate")).toBe(true);
      expect(plan.metrics).toEqual({
        port: 9464,
        reader: { namespace: "monitoring", podLabels: { "app.kubernetes.io/name": "prometheus" } },
      });
    }
  });

  test("with a CA for Prometheus, nobody without its certificate reads", () => {
    for (const plan of plans(mutual)) {
      const { tls } = configOf(plan).exporters.prometheus;
      expect(tls).toMatchObject({ client_ca_file: `${plan.configDir}/prometheus-ca.crt`, client_ca_file_reload: true });
      expect(plan.config["prometheus-ca.crt"]).toBe(`${companyCa}\n`);
    }
  });

  test("no part sends traces of itself", () => {
    for (const plan of [...plans(silent), ...plans(context)]) {
      expect(configOf(plan).service.telemetry.traces).toEqual({ level: "none" });
    }
    expect(configOf(jaegerQueryPlan(context, "all")).extensions.jaeger_query.enable_tracing).toBe(false);
  });

  test("a part's own metrics, which have no TLS of their own, do not leave the pod before that", () => {
    for (const plan of plans(context)) {
      const { receivers, service } = configOf(plan);
      expect(receivers["otlp/own"].protocols).toEqual({ http: { endpoint: "127.0.0.1:4319" } });
      expect(JSON.stringify(service.telemetry.metrics.readers)).toContain('"endpoint":"http://127.0.0.1:4319"');
      expect(JSON.stringify(service.telemetry.metrics.readers)).not.toContain("pull");
      expect(service.pipelines.metrics.receivers).toContain("otlp/own");
    }
  });
});

describe("metrics of spans", () => {
  const config = loose(samplerConfig(context));
  const statements = (kind: string): string[] =>
    (config.processors["transform/measured"].trace_statements as { conditions: string[]; statements: string[] }[])
      .filter(({ conditions }) => conditions[0]!.includes(kind))
      .flatMap((group) => group.statements);
  const statementOf = (kind: string, value: string) => statements(kind).find((text) => text.includes(`, "${value}")`))!;
  /** The regular expressions of a statement, as the collector reads them. */
  const patterns = (statement: string) =>
    [...statement.matchAll(/IsMatch\([^,]+, ("(?:[^"\\]|\\.)*")\)/g)].map(([, text]) => {
      const pattern = (JSON.parse(text!) as string).replaceAll("$$", "$");
      return new RegExp(pattern.replace("(?i)", ""), pattern.startsWith("(?i)") ? "i" : "");
    });

  test("are taken before sampling, on a copy", () => {
    const { pipelines } = config.service;
    expect(pipelines["traces/in"]).toEqual({
      receivers: ["otlp"],
      processors: ["memory_limiter"],
      exporters: ["forward/measured", "forward/sampled"],
    });
    expect(pipelines["traces/sampled"]).toEqual({
      receivers: ["forward/sampled"],
      processors: ["tail_sampling"],
      exporters: ["routing"],
    });
    expect(pipelines["traces/measured"].exporters).toEqual(["span_metrics", "service_graph"]);
    expect(pipelines["metrics"].receivers).toEqual(["otlp/own", "file_stats", "span_metrics", "service_graph"]);
    // What cannot be measured must not stop what can be stored.
    expect(config.processors["transform/measured"].error_mode).toBe("ignore");
  });

  test("carry labels of the catalogue alone, and lead to traces", () => {
    const { span_metrics, service_graph } = config.connectors;
    expect(span_metrics.exclude_dimensions).toContain("span.name");
    expect(span_metrics.dimensions).toEqual([{ name: "tracing.peer" }, { name: "tracing.step" }]);
    expect(span_metrics.exemplars.enabled).toBe(true);
    expect(service_graph.virtual_node_peer_attributes).toEqual(["tracing.peer"]);
    expect(service_graph.database_name_attributes).toEqual(["tracing.store"]);
    const set = (config.processors["transform/measured"].trace_statements as { statements: string[] }[])
      .flatMap((group) => group.statements)
      .flatMap((text) => /^set\(span\.attributes\["(tracing\.\w+)"\], (.+?)\) where/.exec(text)?.slice(1, 3) ?? []);
    const known = [...Object.keys(landscape.stores), ...Object.keys(landscape.steps)].map((id) => `"${id}"`);
    for (let i = 0; i < set.length; i += 2) {
      if (set[i] !== "tracing.store") expect(known).toContain(set[i + 1]);
    }
  });

  test("a service's promise is a limit of the buckets", () => {
    const own = contextOf({ monitoring: { prometheus, objectives: { latencyMs: { "mes-api": 1234 } } } });
    expect(loose(samplerConfig(own)).connectors.span_metrics.histogram.explicit.buckets).toContain("1234ms");
  });

  test("a call counts for the store whose host it names, under any domain, and for no other", () => {
    const [host] = patterns(statementOf("CLIENT", "shop-db"));
    for (const name of ["shop-db", "SHOP-DB.shop.svc"]) expect(host!.test(name)).toBe(true);
    for (const name of ["shop-db2", "my-shop-db", "mes-db"]) expect(host!.test(name)).toBe(false);
    const [bucket] = patterns(statementOf("CLIENT", "files-storage"));
    expect(bucket!.test("models.files-storage.svc")).toBe(true);
    expect(statementOf("CLIENT", "messages-queue")).toContain('span.attributes["messaging.system"] == "rabbitmq"');
  });

  test("a step is its request, in the spelling of each runtime, or its message", () => {
    const statement = statementOf("SERVER", "price-requested");
    expect(statement).toContain('resource.attributes["service.name"] == "crm-api"');
    const [path] = patterns(statement);
    for (const text of ["/orders/{id}/price-request", "orders/:id/price-request", "/orders/7-a/price-request?x=1"])
      expect(path!.test(text)).toBe(true);
    for (const text of ["/orders/price-request", "/v1/orders/7/price-request", "/orders/7/price-request/9"])
      expect(path!.test(text)).toBe(false);
    const [key] = patterns(statementOf("PRODUCER", "priced"));
    expect(key!.test("exchange:order.priced:crm.prices")).toBe(true);
    expect(key!.test("exchange:order.priced-again")).toBe(false);
    // A step with a request does not count again by its message.
    expect(statementOf("PRODUCER", "price-requested")).toBeUndefined();
  });
});

describe("alerts", () => {
  const groups = ruleGroups(context, monitoring);
  const rules = groups.flatMap((group) => group.rules);

  test("each has a page in the runbook, and the runbook none but theirs", () => {
    const text = readFileSync(join(import.meta.dirname, "../../docs/guides/runbook.md"), "utf8");
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([...alertNames]);
    for (const { alert, annotations } of rules)
      expect(annotations.runbook_url).toBe(`docs/guides/runbook.md#${alert.toLowerCase()}`);
  });

  test("every alert that a landscape can have is there, and is tried", () => {
    expect([...new Set(rules.map(({ alert }) => alert))]).toEqual([...alertNames]);
    const cases = alertCases("tracing", landscape, watchedWorkloads(landscape), 60, () => 1000);
    const tried = (alert: string, labels: Record<string, string>) =>
      cases.some((one) => one.alert === alert && Object.entries(one.labels).every(([k, v]) => (labels[k] ?? v) === v));
    for (const { alert, labels } of rules) expect([alert, labels, tried(alert, labels)]).toEqual([alert, labels, true]);
  });

  test("tells of spans that a front end's collector has given up, and not of what a browser was told", () => {
    const opened = { ...landscape, openFrontends: [{ id: "shop", group: "shop", host: "a.example", origins: [] }] };
    const { expr } = alertsOf({ ...context, landscape: opened }, monitoring)["pipeline"]!.find(
      ({ name }) => name === "TracingSpansLost",
    )!;
    expect(expr).toContain(
      'otelcol_exporter_send_failed_spans_total{namespace="tracing",job=~"otel-sampler|otel-front-end-shop"}',
    );
    expect(expr).toContain('otelcol_exporter_enqueue_failed_spans_total{namespace="tracing",job="otel-sampler"}');
  });

  test("asks for the stack's own series only", () => {
    const selectors = rules.flatMap(({ expr }) => expr.match(/[a-z_]+\{[^}]*\}/g) ?? []);
    expect(selectors.length).toBeGreaterThan(rules.length);
    for (const selector of selectors) expect(selector).toContain('namespace="tracing"');
  });

  test("an edge is watched where spans can show its silence, and a step where Prometheus keeps long enough", () => {
    const alerts = alertsOf(context, monitoring);
    const watched = alerts["edges"]!.map(({ labels }) => labels!["edge"]);
    expect(watched).toContain("crm-api -> messages-queue -> mes-api");
    expect(watched).toContain("mes-api -> mes-db");
    expect(watched.filter((id) => id!.startsWith("internet-shop"))).toEqual([]);
    // What may be missing from the proof may be silent.
    const optional = { ...landscape, edges: landscape.edges.map((edge) => ({ ...edge, required: false })) };
    expect(alertsOf({ ...context, landscape: optional }, monitoring)["edges"]).toEqual([]);
    const steps = alerts["orders"]!.map(({ labels }) => labels!["step"]);
    expect(steps).toContain("price-requested");
    // Two weeks.
    expect(steps).not.toContain("shipped");
  });

  test("a page with errors stands beside an alert about them", () => {
    const { annotations } = rules.find(({ alert }) => alert === "ServiceErrorBudgetBurns")!;
    const url = new URL((annotations as { traces: string }).traces);
    expect(url.host).toBe("all.traces.example");
    expect(url.searchParams.get("service")).toBe("crm-api");
    expect(url.searchParams.get("tags")).toBe('{"error":"true"}');
  });

  test("an objective so low that its budget cannot burn that fast has no alert", () => {
    const low = contextOf({ monitoring: { prometheus, objectives: { latencyPercent: 50 } } });
    const latency = alertsOf(low, low.settings.monitoring!)["objectives"]!.filter(
      ({ name }) => name === "ServiceLatencyBudgetBurns",
    );
    expect(latency).toEqual([]);
  });

  test("a stack is as patient as it says, and never looks at less than four readings", () => {
    expect([patient(10, 100), patient(10, 20), patient(5, 30), patient(1, 20)]).toEqual(["10m", "2m", "90s", "1m"]);
    const slow = contextOf({ monitoring: { prometheus, patiencePercent: 200 } });
    const of = (name: string) =>
      alertsOf(slow, slow.settings.monitoring!)["pipeline"]!.find((one) => one.name === name)!;
    expect(of("TracingTargetDown").for).toBe("10m");
    expect(of("TracingNoSpans")).toMatchObject({
      expr: expect.stringMatching(/\[1h\]|\[60m\]/) as string,
      summary: "No back end has delivered a span for 1 h; yesterday they did.",
    });
    const edge = alertsOf(slow, slow.settings.monitoring!)["edges"]![0]!;
    expect([edge.for, edge.expr.includes("[60m]")]).toEqual(["20m", true]);
  });

  test("a whole second is written in two ways, a part of one in one", () => {
    expect([upTo(1000), upTo(2500)]).toEqual(['le=~"1([.]0)?"', 'le="2.5"']);
  });
});

describe("for the company's Prometheus and Grafana", () => {
  test("each part is asked for under its own name, and found without a right on the cluster", () => {
    const jobs = scrapeConfigs(context, mutual.settings.monitoring!);
    expect(jobs.map(({ job_name }) => job_name)).toEqual(watchedWorkloads(landscape));
    expect(jobs[0]).toMatchObject({
      job_name: "otel-gateway",
      scheme: "https",
      dns_sd_configs: [{ names: ["otel-gateway-metrics.tracing.svc"], port: 9464 }],
      tls_config: {
        ca_file: "/pki/company.crt",
        server_name: "otel-gateway.tracing.svc",
        cert_file: "/pki/tls.crt",
        key_file: "/pki/tls.key",
      },
    });
    expect(JSON.stringify(jobs)).not.toContain("insecure");
  });

  test("the operator is told the same", () => {
    const labelled = { ...mutual.settings.monitoring!, labels: { release: "stack" } };
    const [gateway] = serviceMonitors(context, labelled);
    expect(gateway!.metadata.labels).toMatchObject({ release: "stack", "app.kubernetes.io/part-of": "order-tracing" });
    expect(gateway!.spec.endpoints[0]!.tlsConfig).toEqual({
      caFile: "/pki/company.crt",
      serverName: "otel-gateway.tracing.svc",
      certFile: "/pki/tls.crt",
      keyFile: "/pki/tls.key",
    });
  });

  test("as files: what Prometheus reads, and a page for each question", () => {
    const files = monitoringFiles(context, monitoring);
    expect(Object.keys(files).sort()).toEqual([
      "grafana-dashboard-objectives.json",
      "grafana-dashboard-order.json",
      "grafana-dashboard-pipeline.json",
      "grafana-dashboard-services.json",
      "grafana-data-sources.yaml",
      "prometheus-rules.yaml",
      "prometheus-scrape.yaml",
    ]);
    const sources = load(files["grafana-data-sources.yaml"]!) as { datasources: object[] };
    expect(sources.datasources.map((source) => (source as { url: string }).url)).toContain(
      "https://shop.traces.example",
    );
    // A person's token, none of Grafana's.
    for (const source of sources.datasources) {
      expect(source).toMatchObject({ type: "jaeger", jsonData: { oauthPassThru: true } });
      expect(source).not.toHaveProperty("secureJsonData");
    }
  });

  test("what pages ask is asked as Grafana asks it, and only counters of faults may be silent", () => {
    const questions = questionsOf(dashboards({ ...context, stack: "dev" }, monitoring));
    expect(new Set(questions.map(({ page }) => page))).toEqual(new Set(["pipeline", "services", "objectives"]));
    for (const { expr } of questions) expect(expr).not.toContain("$");
    const silent = questions.filter(mayBeEmpty).map(({ panel }) => panel);
    expect(silent).toContain("Refused");
    expect(silent).not.toContain("Taken in");
  });

  test("a page for clients shows every promise, and the steps of an order", () => {
    const page = loose(
      JSON.parse(monitoringFiles(context, monitoring)["grafana-dashboard-objectives.json"]!) as object,
    );
    const titles = (page.panels as { title: string }[]).map(({ title }) => title);
    for (const { service } of objectivesOf(landscape, monitoring)) expect(titles.join()).toContain(service.title);
    expect(titles).toContain("Steps of an order");
    expect(page.time.from).toBe("now-30d");
  });
});
