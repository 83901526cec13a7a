import type { Context } from "../config/context.ts";
import { storageGroups, viewNames } from "../lib/names.ts";
import { frontEndPlan, gatewayPlan, samplerPlan } from "./collector/workloads.ts";
import { managedElasticsearchPlan } from "./elasticsearch/managed-plan.ts";
import { jaegerCollectorPlan, jaegerQueryPlan } from "./jaeger/workloads.ts";
import type { WorkloadPlan } from "./kubernetes/workload-plan.ts";

/** Every program that the stack runs, in the order in which they are registered. Nothing is registered by it. */
export function workloadPlans(context: Context): WorkloadPlan[] {
  const { settings, landscape } = context;
  return [
    ...(settings.elasticsearch.mode === "managed" ? [managedElasticsearchPlan(context)] : []),
    ...storageGroups(landscape.groups).map((group) => jaegerCollectorPlan(context, group)),
    ...viewNames(landscape.groups).map((view) => jaegerQueryPlan(context, view)),
    samplerPlan(context),
    gatewayPlan(context),
    ...landscape.openFrontends.map((frontend) => frontEndPlan(context, frontend)),
  ];
}
