import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import type { OpenFrontend } from "../../config/landscape.ts";
import { registerWorkload } from "../kubernetes/workload.ts";
import { endpointOf, type Endpoint } from "../kubernetes/workload-plan.ts";
import { frontEndPlan, gatewayPlan, samplerPlan } from "./workloads.ts";

/** Arguments of {@link Gateway} and {@link Sampler}. */
export interface CollectorArgs {
  context: Context;
}

/** The OpenTelemetry Collector that agents deliver to: it authenticates them and stamps service and group. */
export class Gateway extends pulumi.ComponentResource {
  /** Takes spans from agents by OTLP over gRPC. */
  readonly endpoint: Endpoint;

  constructor(name: string, { context }: CollectorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:collector:Gateway", name, {}, opts);
    const plan = gatewayPlan(context);
    registerWorkload(name, context, plan, { parent: this });
    this.endpoint = endpointOf(context, plan);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/** The OpenTelemetry Collector that decides which traces are kept, and keeps them on disk until Jaeger has them. */
export class Sampler extends pulumi.ComponentResource {
  /** Takes spans from the gateway by OTLP over gRPC. Headless: the name resolves to all pods. */
  readonly endpoint: Endpoint;

  constructor(name: string, { context }: CollectorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:collector:Sampler", name, {}, opts);
    const plan = samplerPlan(context);
    registerWorkload(name, context, plan, { parent: this });
    this.endpoint = endpointOf(context, plan);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/** Arguments of {@link FrontEndEntry}. */
export interface FrontEndEntryArgs extends CollectorArgs {
  frontend: OpenFrontend;
}

/** The OpenTelemetry Collector that the browsers of one front end deliver to, apart from the way of the back ends. */
export class FrontEndEntry extends pulumi.ComponentResource {
  /** Takes spans from browsers by OTLP over HTTP. For the ingress controller alone. */
  readonly endpoint: Endpoint;

  constructor(name: string, { context, frontend }: FrontEndEntryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:collector:FrontEndEntry", name, {}, opts);
    const plan = frontEndPlan(context, frontend);
    registerWorkload(name, context, plan, { parent: this });
    this.endpoint = endpointOf(context, plan);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
