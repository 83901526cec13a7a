import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import type { OpenFrontend } from "../../config/landscape.ts";
import { frontEndName, jaegerQueryName, viewHost } from "../../lib/names.ts";
import { ownMetadata } from "../kubernetes/metadata.ts";
import type { Endpoint } from "../kubernetes/workload-plan.ts";
import { gatewayApi } from "./gateway-api.ts";
import type { IngressAdapter, Route } from "./route.ts";
import { traefik } from "./traefik.ts";

/** What is to be reachable, beside its Service. */
type Way = Pick<Route, "host" | "ranges" | "allowList" | "connectionsPerAddress"> & {
  /** Where the controller takes the connections. Default: where it takes those of the views. */
  entryPoint?: string | undefined;
};

/** Arguments of {@link Ingress}. */
export interface IngressArgs {
  context: Context;
  way: Way;
  /** What is behind it. TLS ends there. */
  endpoint: Endpoint;
}

/** The way of people to a view: a group, or `all`. */
export function wayToView({ settings: { access } }: Context, view: string): Way {
  const allowList = `${jaegerQueryName(view)}-vpn-only`;
  return { host: viewHost(view, access.domain), ranges: access.vpnRanges, allowList };
}

/** The way of browsers to the entry for their spans. */
export function wayToFrontEnd({ settings: { frontEnds } }: Context, { id, host }: OpenFrontend): Way {
  if (!frontEnds) throw new Error("the settings open no front end");
  const { ranges, entryPoint, connectionsPerAddress } = frontEnds;
  return { host, ranges, allowList: `${frontEndName(id)}-ranges`, entryPoint, connectionsPerAddress };
}

/** Adapters of the ingress controllers. ingress-nginx has none: where it passes TLS through, its allow-list does not act. */
const adapters: Record<Context["settings"]["access"]["ingress"]["controller"], IngressAdapter> = {
  traefik,
  "gateway-api": gatewayApi,
};

/** The way from outside of the cluster to a Service, through the cluster's ingress controller, TLS from end to end. */
export class Ingress extends pulumi.ComponentResource {
  constructor(name: string, { context, way, endpoint }: IngressArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:access:Ingress", name, {}, opts);
    const { controller, ...ingress } = context.settings.access.ingress;
    const { entryPoint = ingress.entryPoint, ...route } = way;
    const { service, port } = endpoint;
    const objects = adapters[controller]({
      service,
      port,
      ...route,
      ingress: { controller, ...ingress, entryPoint },
      metadataOf: (own) => ownMetadata(context.settings, own, { workload: service }),
    });
    const made: pulumi.Resource[] = [];
    // In an order in which they can be made.
    for (const { id, ...object } of objects) {
      made.push(new k8s.apiextensions.CustomResource(`${name}-${id}`, object, { parent: this, dependsOn: [...made] }));
    }
    this.registerOutputs({ host: way.host });
  }
}
