import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import { registerWorkload } from "../kubernetes/workload.ts";
import { endpointOf, type Endpoint } from "../kubernetes/workload-plan.ts";
import { jaegerCollectorPlan, jaegerQueryPlan } from "./workloads.ts";

/** Arguments of {@link JaegerCollector}. */
export interface JaegerCollectorArgs {
  context: Context;
  /** Whose spans it stores. */
  group: string;
}

/** Stores the spans of one group, under the group's index prefix and as the group's own user. */
export class JaegerCollector extends pulumi.ComponentResource {
  /** Takes spans of the group by OTLP over gRPC, from the sampler only. */
  readonly endpoint: Endpoint;

  constructor(name: string, { context, group }: JaegerCollectorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:jaeger:Collector", name, {}, opts);
    const plan = jaegerCollectorPlan(context, group);
    registerWorkload(name, context, plan, { parent: this });
    this.endpoint = endpointOf(context, plan);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/** Arguments of {@link JaegerQuery}. */
export interface JaegerQueryArgs {
  context: Context;
  /** A group, or `all`. */
  view: string;
}

/** Shows the spans of one view: its user of the store can read nothing else. */
export class JaegerQuery extends pulumi.ComponentResource {
  /** Jaeger's pages and HTTP API of the view. */
  readonly endpoint: Endpoint;

  constructor(name: string, { context, view }: JaegerQueryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:jaeger:Query", name, {}, opts);
    const plan = jaegerQueryPlan(context, view);
    registerWorkload(name, context, plan, { parent: this });
    this.endpoint = endpointOf(context, plan);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
