import "../support/without-sdks.ts";
import { agentConfig } from "../../components/collector/agent-config.ts";
import { gatewayPlan, samplerPlan } from "../../components/collector/workloads.ts";
import { managedElasticsearchPlan } from "../../components/elasticsearch/managed-plan.ts";
import { jaegerCollectorPlan, jaegerQueryPlan } from "../../components/jaeger/workloads.ts";
import { podTemplate, type WorkloadPlan } from "../../components/kubernetes/workload-plan.ts";
import { workloadPatch } from "../../components/wiring/plan.ts";
import type { Context } from "../../config/context.ts";
import { sizes } from "../../config/settings/sizes.ts";
import { context, contextOf } from "../support/context.ts";

const contextWith = (changed: object) => contextOf({ sizes: changed });

const workloads: Record<string, (context: Context) => WorkloadPlan> = {
  gateway: gatewayPlan,
  sampler: samplerPlan,
  jaegerCollector: (context) => jaegerCollectorPlan(context, "shop"),
  jaegerQuery: (context) => jaegerQueryPlan(context, "shop"),
};

test.each(Object.entries(workloads))("%s: requests, limit and Go's own limit follow the setting", (name, plan) => {
  const { container } = plan(contextWith({ [name]: { cpu: "1.5", memoryMib: 1000 } }));
  expect(container.resources).toEqual({
    requests: { cpu: "1.5", memory: "1000Mi" },
    limits: { memory: "1000Mi" },
  });
  expect(container.env).toContainEqual({ name: "GOMEMLIMIT", value: "700MiB" });
  // Without the limit above it, garbage would fill the container.
  expect(container.env).toContainEqual({ name: "GOGC", value: "400" });
  // As many cores as are asked for, where it would take all of the node's.
  expect(container.env).toContainEqual({ name: "GOMAXPROCS", value: "2" });
});

test("the sampler's queues, waits and disk", () => {
  const sampler = { decisionWaitSeconds: 7, undecidedTraces: 300, storageGib: 8, stopSeconds: 77 };
  const plan = samplerPlan(contextWith({ sampler }));
  const config = plan.config["config.yaml"]!;
  expect(config).toContain("decision_wait: 7s");
  expect(config).toContain("num_traces: 300\n");
  // Half of the disk, in four equal parts.
  expect(config.match(new RegExp(`queue_size: ${2 ** 30}\n`, "g"))).toHaveLength(4);
  expect(plan.claim?.storageGib).toBe(8);
  expect(plan.terminationGracePeriodSeconds).toBe(77);
});

test("the gateway's queue, and the agent's", () => {
  expect(gatewayPlan(contextWith({ gateway: { queueSpans: 4321 } })).config["config.yaml"]).toContain(
    `queue_size: ${4321 * 1_600}\n`,
  );
  const { agent } = sizes.parse({ agent: { queueSpans: 55, retrySeconds: 66 } });
  expect(agentConfig(agent, context.landscape.services[0]!).exporters.otlp_grpc).toMatchObject({
    retry_on_failure: { max_elapsed_time: "66s" },
    sending_queue: { queue_size: 500_000, block_on_overflow: false },
  });
});

test("what is put into an application's pod, and Vault Agent in every pod", () => {
  const context = contextWith({
    agent: { cpu: "33m", memoryMib: 99 },
    instrumentation: { memoryMib: 77, volumeMib: 88 },
    vaultAgent: { memoryMib: 66 },
  });
  const patch = JSON.stringify(workloadPatch(context, context.landscape.services[0]!));
  for (const size of ['"33m"', '"99Mi"', '"77Mi"', '"88Mi"']) expect(patch).toContain(size);
  const { initContainers } = podTemplate(context, gatewayPlan(context)).spec;
  expect(initContainers.map(({ resources }) => (resources as { limits: object }).limits)).toEqual([
    { memory: "66Mi" },
    { memory: "66Mi" },
  ]);
});

test("Elasticsearch's CPU and time to end; its memory is the heap's business", () => {
  const plan = managedElasticsearchPlan(contextWith({ elasticsearch: { cpu: "2", stopSeconds: 240 } }));
  expect(plan.container.resources).toMatchObject({ requests: { cpu: "2" } });
  expect(plan.terminationGracePeriodSeconds).toBe(240);
});

test.each([
  ["a unit in a number", { gateway: { memoryMib: "256Mi" } }, "sizes.gateway.memoryMib"],
  ["too little to start", { jaegerQuery: { memoryMib: 16 } }, "sizes.jaegerQuery.memoryMib"],
  ["memory of Elasticsearch", { elasticsearch: { memoryMib: 1024 } }, "sizes.elasticsearch.memoryMib"],
  ["CPU in words", { agent: { cpu: "half" } }, "sizes.agent.cpu"],
])("refused: %s", (_, changed, key) => {
  expect(() => contextWith(changed)).toThrow(`order-tracing:${key}: `);
});
