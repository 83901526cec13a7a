import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import type { Service } from "../../config/landscape.ts";
import { ownMetadata } from "../kubernetes/metadata.ts";
import { agentConfigData, agentConfigName, deploymentPatch, fieldManager } from "./plan.ts";

/** Arguments of {@link Wiring}. */
export interface WiringArgs {
  context: Context;
  /** The existing service. */
  service: Service;
}

/** Instruments one existing Deployment and puts an agent beside its application. To remove it undoes both. */
export class Wiring extends pulumi.ComponentResource {
  /** The Deployment that was patched, with its namespace. */
  readonly deployment: string;
  /** Under this name the API server keeps the fields that the patch owns. */
  readonly fieldManager: string;

  constructor(name: string, { context, service }: WiringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:wiring:Wiring", name, {}, opts);

    const config = new k8s.core.v1.ConfigMap(
      `${name}-agent-config`,
      {
        metadata: ownMetadata(agentConfigName(service), "otel-agent", service.namespace),
        data: agentConfigData(context),
      },
      { parent: this },
    );
    // Taken back before the ConfigMap goes: no pod is left that looks for it.
    new k8s.apps.v1.DeploymentPatch(`${name}-patch`, deploymentPatch(context, service), {
      parent: this,
      dependsOn: config,
      // The provider compares lists by position with those of the live object, which begin with the owner's entries: it would
      // announce a change in every preview. So the lists are not compared; the checksum of the patch is. A new one is
      // applied after the old one was taken back, which also removes what the new one no longer has.
      ignoreChanges: ["spec"],
      replaceOnChanges: ["metadata.annotations"],
      deleteBeforeReplace: true,
    });
    this.deployment = `${service.namespace}/${service.deployment}`;
    this.fieldManager = fieldManager(service);
    this.registerOutputs({ deployment: this.deployment, fieldManager: this.fieldManager });
  }
}
