import "../support/without-sdks.ts";
import { agentConfig } from "../../components/collector/agent-config.ts";
import { gatewayConfig } from "../../components/collector/gateway-config.ts";
import { alertsOf } from "../../components/monitoring/rules.ts";
import { agentCounters } from "../../components/otel/agent-counters.ts";
import { agentConfigData } from "../../components/wiring/plan.ts";
import { context as silent, contextOf } from "../support/context.ts";
import { loose } from "../support/loose.ts";

const prometheus = { namespace: "monitoring", podLabels: { app: "prometheus" }, caFile: "/pki/company.crt" };
const context = contextOf({ monitoring: { prometheus } });
const [service] = context.landscape.services as [(typeof context.landscape.services)[number]];
const { settings } = context;

const agentOf = (of: typeof context, wiring: Partial<(typeof service)["wiring"]> = {}) =>
  loose(
    agentConfig(
      of.settings.sizes.agent,
      { ...service, wiring: { ...service.wiring, ...wiring } },
      of.settings.monitoring,
    ),
  );

describe("an agent that tells of itself", () => {
  test("without the setting it counts nothing", () => {
    const { exporters, processors, service: of } = agentOf(silent);
    expect(Object.keys(exporters)).toEqual(["otlp_grpc"]);
    expect(Object.keys(processors)).toEqual(["memory_limiter"]);
    expect(Object.keys(of.pipelines)).toEqual(["traces"]);
    expect(of.telemetry.metrics).toEqual({ level: "none" });
    expect(agentConfigData(silent, service)["config.yaml"]).not.toContain("counters");
    expect(agentConfigData(context, service)["config.yaml"]).toContain("counters");
  });

  test("its way for spans is what it was", () => {
    const [without, with_] = [agentOf(silent), agentOf(context)];
    expect(with_.receivers).toEqual(without.receivers);
    expect(with_.exporters.otlp_grpc).toEqual(without.exporters.otlp_grpc);
    expect(with_.service.pipelines.traces).toEqual(without.service.pipelines.traces);
  });

  test("it tells by the receiver that it has, wherever that listens, and by the token of its spans", () => {
    const { exporters, service: of } = agentOf(context, { agentPorts: { grpc: 14317, http: 14318 } });
    const [{ periodic }] = of.telemetry.metrics.readers;
    expect(periodic.exporter.otlp.endpoint).toBe("http://127.0.0.1:14318");
    expect(of.pipelines.metrics.receivers).toEqual(["otlp"]);
    expect(of.pipelines.metrics.exporters).toEqual(["otlp_grpc/own"]);
    const { endpoint, tls, auth } = exporters.otlp_grpc;
    expect(exporters["otlp_grpc/own"]).toMatchObject({ endpoint, tls, auth });
  });

  test("it keeps no room for that, and tries nothing twice", () => {
    const own = agentOf(context).exporters["otlp_grpc/own"];
    expect([own.sending_queue, own.retry_on_failure]).toEqual([{ enabled: false }, { enabled: false }]);
    // The collector's own is half a MiB.
    expect(own.write_buffer_size).toBeLessThan(10_000);
  });
});

describe("the gateway that is told", () => {
  const config = loose(gatewayConfig(context));
  const groups = config.processors["transform/counters"].metric_statements as {
    context: string;
    statements: string[];
  }[];
  const statementsOf = (level: string) =>
    groups.filter((group) => group.context === level).map((one) => one.statements);

  test("without the setting takes no metrics", () => {
    const { processors, service: of } = loose(gatewayConfig(silent));
    expect(Object.keys(of.pipelines)).toEqual(["traces"]);
    expect(Object.keys(processors)).not.toContain("transform/counters");
  });

  test("shows them where it shows its own, and nowhere else", () => {
    expect(config.service.pipelines["metrics/agents"]).toEqual({
      receivers: ["otlp"],
      processors: ["memory_limiter", "filter/counters", "resource/identity", "transform/counters"],
      exporters: ["prometheus"],
    });
  });

  test("lets the same counters through as the agent, of senders that have a pod", () => {
    const conditions = (of: typeof config) =>
      (of.processors["filter/counters"].metric_conditions as { conditions: string[] }[]).map((one) => one.conditions);
    const [agents, gateways] = [conditions(agentOf(context)), conditions(config)];
    expect(gateways[0]!.slice(0, -1)).toEqual(agents[0]);
    expect(gateways[0]!.at(-1)).toMatch(/^otelcol[.]client[.]auth[.].+ == nil$/);
    expect(gateways[1]).toEqual(agents[1]);
    for (const { counts } of Object.values(agentCounters))
      expect(agents[0]![0]).toContain(`metric.name == "${counts}"`);
    expect(config.processors["filter/counters"].error_mode).toBe("propagate");
  });

  test("says who counted by the same words as who sent a span, and takes all else away", () => {
    const spans = config.processors["transform/identity"].trace_statements as typeof groups;
    expect(groups[0]).toEqual(spans[0]);
    expect(config.processors["transform/counters"].error_mode).toBe("propagate");
    const [point] = statementsOf("datapoint");
    expect(point![0]).toBe("keep_keys(datapoint.attributes, [])");
    expect(point!.slice(1).map((text) => /"([^"]+)"/.exec(text)![1])).toEqual(["service.name", "tracing.pod"]);
    expect(statementsOf("resource").at(-1)).toEqual(["keep_keys(resource.attributes, [])"]);
    expect(statementsOf("scope")[0]).toContain("keep_keys(scope.attributes, [])");
  });

  test("has names for them that none of its own has, which the rules ask for", () => {
    const [metric] = statementsOf("metric");
    const rules = JSON.stringify(alertsOf(context, settings.monitoring!)["agents"]);
    for (const { counts, name } of Object.values(agentCounters)) {
      expect(metric).toContain(`set(metric.name, "${name}") where metric.name == "${counts}"`);
    }
    for (const { name } of [agentCounters.lost, agentCounters.refused]) expect(rules).toContain(`${name}_total{`);
  });
});
