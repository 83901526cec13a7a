import type { V1Container, V2HorizontalPodAutoscaler } from "@kubernetes/client-node";
import { addedContainers, type WorkloadPatch } from "../../components/wiring/plan.ts";
import type { Service } from "../../config/landscape.ts";
import { note, type Finding } from "./finding.ts";
import { amount } from "./quantity.ts";
import type { LiveWorkload } from "./workload.ts";

/**
 * Autoscalers that measure a share of what all containers of a pod ask for: the agent asks too, as every container that runs
 * beside the application. An absolute value, and a metric of one container, stay what they are.
 */
export function judgeAutoscalers(
  service: Service,
  { spec: workload }: LiveWorkload,
  { spec: patch }: WorkloadPatch,
  autoscalers: readonly V2HorizontalPodAutoscaler[],
): Finding[] {
  const pod = workload!.template.spec!;
  const { initContainers: added = [] } = (patch.template as { spec: { initContainers?: V1Container[] } }).spec;
  const agent = added.find(({ name }) => name === addedContainers.agent)!;
  const own = [...pod.containers, ...(pod.initContainers ?? []).filter(isBeside)];
  const ours = autoscalers.filter(
    ({ spec }) => spec?.scaleTargetRef.kind === service.workload && spec.scaleTargetRef.name === service.deployment,
  );
  // Of the pod as a whole: nothing is added to them.
  if (pod.resources?.requests) return [];
  return ours.flatMap(({ metadata, spec }) =>
    (spec?.metrics ?? []).flatMap(({ resource }) => {
      const target = resource?.target.averageUtilization;
      if (resource === undefined || target === undefined) return [];
      const { name } = resource;
      const asked = own.map((container) => requestOf(container, name));
      // An autoscaler that cannot measure already.
      if (asked.includes(0)) return [];
      const before = asked.reduce((sum, one) => sum + one, 0);
      const after = before + requestOf(agent, name);
      const then = Math.round((target * after) / before);
      return then === target
        ? []
        : [
            note(
              `the HorizontalPodAutoscaler ${metadata?.name} scales at ${target} % of the ${name} that all containers of a pod ask for: ${shown(before, name)} now, ${shown(after, name)} with the agent. The containers that are there would reach it at ${then} % of what they ask for, less what the agent takes`,
              `metrics of ${metadata?.name}: {type: ContainerResource, containerResource: {name: ${name}, container: ${service.container}, target: {type: Utilization, averageUtilization: ${target}}}}`,
            ),
          ];
    }),
  );
}

/** Runs as long as the application, and is not ours. */
function isBeside({ name, restartPolicy }: V1Container): boolean {
  return restartPolicy === "Always" && name !== addedContainers.agent;
}

/** 0: it asks for nothing. A limit alone is a request too. */
function requestOf({ resources }: V1Container, name: string): number {
  return amount(resources?.requests?.[name] ?? resources?.limits?.[name] ?? "0");
}

function shown(value: number, name: string): string {
  return name === "cpu" ? `${Math.round(value * 1000)}m` : `${Math.round(value / 2 ** 20)}Mi`;
}
