import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import { registerWorkload } from "../kubernetes/workload.ts";
import { jaegerCollectorPlan, jaegerQueryPlan } from "./workloads.ts";

/** Arguments of {@link JaegerCollector}. */
export interface JaegerCollectorArgs {
  context: Context;
  /** Whose spans it stores. */
  group: string;
}

/** Stores the spans of one group, under the group's index prefix and as the group's own user. */
export class JaegerCollector extends pulumi.ComponentResource {
  constructor(name: string, { context, group }: JaegerCollectorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:jaeger:Collector", name, {}, opts);
    registerWorkload(name, context, jaegerCollectorPlan(context, group), { parent: this });
    this.registerOutputs({});
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
  constructor(name: string, { context, view }: JaegerQueryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:jaeger:Query", name, {}, opts);
    registerWorkload(name, context, jaegerQueryPlan(context, view), { parent: this });
    this.registerOutputs({});
  }
}
