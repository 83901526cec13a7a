import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import { viewHost, viewUrl } from "../../lib/names.ts";
import type { Endpoint } from "../kubernetes/workload.ts";
import { gatewayApi } from "./gateway-api.ts";
import type { CustomObject, IngressAdapter } from "./route.ts";
import { traefik } from "./traefik.ts";

/** Arguments of {@link Ingress}. */
export interface IngressArgs {
  context: Context;
  /** A group, or `all`. */
  view: string;
  /** Where its Jaeger, with the proxy before it, is. */
  endpoint: Endpoint;
}

/** Adapters of the ingress controllers. ingress-nginx has none: where it passes TLS through, its allow-list does not act. */
const adapters: Record<Context["settings"]["access"]["ingress"]["controller"], IngressAdapter> = {
  traefik,
  "gateway-api": gatewayApi,
};

/** The objects that make a view reachable from the VPN, in an order in which they can be made. */
function ingressObjects({ settings }: Context, view: string, { service, port }: Endpoint): CustomObject[] {
  const { domain, vpnRanges, ingress } = settings.access;
  return adapters[ingress.controller]({ service, port, host: viewHost(view, domain), ranges: vpnRanges, ingress });
}

/** The way from the VPN to a view, through the cluster's ingress controller, TLS from end to end. */
export class Ingress extends pulumi.ComponentResource {
  /** Address that people open. */
  readonly url: string;

  constructor(name: string, { context, view, endpoint }: IngressArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:access:Ingress", name, {}, opts);
    const made: pulumi.Resource[] = [];
    for (const { id, ...object } of ingressObjects(context, view, endpoint)) {
      made.push(new k8s.apiextensions.CustomResource(`${name}-${id}`, object, { parent: this, dependsOn: [...made] }));
    }
    this.url = viewUrl(view, context.settings.access);
    this.registerOutputs({ url: this.url });
  }
}
