import "../../support/without-sdks.ts";
import type { V1PodSpec, V2MetricSpec } from "@kubernetes/client-node";
import { workloadPatch } from "../../../components/wiring/plan.ts";
import { judgeAutoscalers } from "../../../review/check/autoscaler.ts";
import { contextOf } from "../../support/context.ts";

/** What the agent's requests do to those who measure by requests. */

const context = contextOf({ sizes: { agent: { memoryMib: 64 } } });
const service = context.landscape.services.find(({ id }) => id === "shop-api")!;
const patch = workloadPatch(context, service);
const utilization = (name: string, averageUtilization: number): V2MetricSpec => ({
  type: "Resource",
  resource: { name, target: { type: "Utilization", averageUtilization } },
});

function judge(
  metrics: V2MetricSpec[],
  requests: Record<string, string>,
  changes: Partial<V1PodSpec> = {},
  target = "shop-api",
) {
  const pod = { containers: [{ name: "shop-api", resources: { requests } }], ...changes };
  const workload = { spec: { selector: {}, template: { spec: pod } } };
  const scaleTargetRef = { kind: "Deployment", name: target };
  return judgeAutoscalers(service, workload, patch, [
    { metadata: { name: "shop" }, spec: { maxReplicas: 5, metrics, scaleTargetRef } },
  ]);
}

const agentCpu = (patch.spec.template as { spec: { initContainers: { resources: { requests: { cpu: string } } }[] } })
  .spec.initContainers[1]!.resources.requests.cpu;

test("a share of all requests is another one with the agent: with the numbers, and what to measure instead", () => {
  expect(agentCpu).toBe("20m");
  const found = judge([utilization("cpu", 70)], { cpu: "100m" });
  expect(found).toHaveLength(1);
  expect(found[0]!.level).toBe("note");
  expect(found[0]!.text).toContain(
    "scales at 70 % of the cpu that all containers of a pod ask for: 100m now, 120m with the agent",
  );
  expect(found[0]!.text).toContain("at 84 % of what they ask for");
  expect(found[0]!.write).toContain("{type: ContainerResource, containerResource: {name: cpu, container: shop-api,");
  expect(judge([utilization("memory", 80)], { memory: "256Mi" })[0]!.text).toContain("256Mi now, 320Mi with the agent");
});

test("sidecars of the owner count, ours that is there already does not", () => {
  const beside = (name: string) => ({ name, restartPolicy: "Always", resources: { requests: { cpu: "100m" } } });
  expect(
    judge([utilization("cpu", 70)], { cpu: "100m" }, { initContainers: [beside("proxy"), beside("otel-agent")] })[0]!
      .text,
  ).toContain("200m now, 220m");
});

test("requests of the pod as a whole stay what they are", () =>
  expect(judge([utilization("cpu", 70)], { cpu: "100m" }, { resources: { requests: { cpu: "1" } } })).toEqual([]));

test("an autoscaler of another workload is not spoken of", () =>
  expect(judge([utilization("cpu", 70)], { cpu: "100m" }, {}, "other")).toEqual([]));

test.each<[string, V2MetricSpec[], Record<string, string>]>([
  ["of a large pod: the share is the same, rounded", [utilization("cpu", 70)], { cpu: "8" }],
  ["that cannot measure, since a container asks for nothing", [utilization("cpu", 70)], {}],
  [
    "with an absolute value",
    [{ type: "Resource", resource: { name: "cpu", target: { type: "AverageValue", averageValue: "1" } } }],
    { cpu: "100m" },
  ],
  [
    "of one container",
    [
      {
        type: "ContainerResource",
        containerResource: {
          name: "cpu",
          container: "shop-api",
          target: { type: "Utilization", averageUtilization: 70 },
        },
      },
    ],
    { cpu: "100m" },
  ],
])("an autoscaler %s is not spoken of", (_, metrics, requests) => expect(judge(metrics, requests)).toEqual([]));
