import type { Context } from "../config/context.ts";
import { storageGroups, viewNames } from "../lib/names.ts";
import { frontEndPlan, gatewayPlan, samplerPlan } from "./collector/workloads.ts";
import { managedElasticsearchPlan } from "./elasticsearch/managed-plan.ts";
import { jaegerCollectorPlan, jaegerQueryPlan } from "./jaeger/workloads.ts";
import type { WorkloadPlan } from "./kubernetes/workload-plan.ts";

const known = new WeakMap<Context, readonly WorkloadPlan[]>();

/** Every program that the stack runs. Nothing is registered by it: what comes after what, `deploy` knows. */
export function workloadPlans(context: Context): readonly WorkloadPlan[] {
  // A context is never changed, and several looks ask for the same one's plans.
  const plans = known.get(context) ?? planAll(context);
  known.set(context, plans);
  return plans;
}

function planAll(context: Context): WorkloadPlan[] {
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
