import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import { registerWorkload } from "../kubernetes/workload.ts";
import { gatewayPlan, samplerPlan } from "./workloads.ts";

/** Arguments of {@link Gateway} and {@link Sampler}. */
export interface CollectorArgs {
  context: Context;
}

/** The OpenTelemetry Collector that agents deliver to: it authenticates them and stamps service and group. */
export class Gateway extends pulumi.ComponentResource {
  constructor(name: string, { context }: CollectorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:collector:Gateway", name, {}, opts);
    registerWorkload(name, context, gatewayPlan(context), { parent: this });
    this.registerOutputs({});
  }
}

/** The OpenTelemetry Collector that decides which traces are kept, and keeps them on disk until Jaeger has them. */
export class Sampler extends pulumi.ComponentResource {
  constructor(name: string, { context }: CollectorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:collector:Sampler", name, {}, opts);
    registerWorkload(name, context, samplerPlan(context), { parent: this });
    this.registerOutputs({});
  }
}
