import { gatewayPlan, samplerPlan } from "../../components/collector/workloads.ts";
import { managedElasticsearchPlan } from "../../components/elasticsearch/managed-plan.ts";
import { jaegerCollectorPlan, jaegerQueryPlan } from "../../components/jaeger/workloads.ts";
import type { WorkloadPlan } from "../../components/kubernetes/workload.ts";
import type { Context } from "../../config/context.ts";
import { storage, views } from "./context.ts";

/** Every workload that the stack can have. */
export const plans = (of: Context): WorkloadPlan[] => [
  gatewayPlan(of),
  samplerPlan(of),
  ...storage.map((group) => jaegerCollectorPlan(of, group)),
  ...views.map((view) => jaegerQueryPlan(of, view)),
  ...(of.settings.elasticsearch.mode === "managed" ? [managedElasticsearchPlan(of)] : []),
];
