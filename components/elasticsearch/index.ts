import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import { elasticsearchName, ports } from "../../lib/names.ts";
import { internalLoadBalancer } from "../kubernetes/internal-load-balancer.ts";
import { registerWorkload } from "../kubernetes/workload.ts";
import { storeAdminUrls, storeUrls } from "./addresses.ts";
import { managedElasticsearchPlan } from "./managed-plan.ts";

/** Arguments of {@link Elasticsearch}. */
export interface ElasticsearchArgs {
  context: Context;
}

/**
 * The store of the traces. `managed`: nodes of the stack's own. `external`: nothing is made, the company's cluster is
 * used as it is.
 */
export class Elasticsearch extends pulumi.ComponentResource {
  /** Addresses for pods of the stack. */
  readonly urls: string[];
  /** Addresses for the engine and for Vault. */
  readonly adminUrls: string[];

  constructor(name: string, { context }: ElasticsearchArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:elasticsearch:Elasticsearch", name, {}, opts);
    const { elasticsearch } = context.settings;
    if (elasticsearch.mode === "managed") {
      registerWorkload(name, context, managedElasticsearchPlan(context), { parent: this });
      if (elasticsearch.publish) {
        new k8s.core.v1.Service(
          `${name}-published`,
          internalLoadBalancer(context.settings, elasticsearchName, ports.elasticsearch, elasticsearch.publish),
          { parent: this },
        );
      }
    }
    this.urls = storeUrls(context.settings);
    this.adminUrls = storeAdminUrls(context.settings);
    this.registerOutputs({ urls: this.urls, adminUrls: this.adminUrls });
  }
}
