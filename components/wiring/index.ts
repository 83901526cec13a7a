import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import type { Service } from "../../config/landscape.ts";
import { ownMetadata } from "../kubernetes/metadata.ts";
import { ignoredChanges, patchFor } from "./changes.ts";
import type { LivePatch } from "./live-patch.ts";
import { egressPolicy } from "./egress.ts";
import { agentConfigData, agentConfigName, fieldManager } from "./plan.ts";

/** Arguments of {@link Wiring}. */
export interface WiringArgs {
  context: Context;
  /** The existing service. */
  service: Service;
  /** How the patch stands in the cluster. Undefined: nobody could look, as in a preview without the cluster. */
  live?: LivePatch | undefined;
  /** Follows the rollout that a patch starts, after it was applied. Undefined: nobody does. */
  rollout?: (() => Promise<void>) | undefined;
}

const patches = {
  Deployment: k8s.apps.v1.DeploymentPatch,
  StatefulSet: k8s.apps.v1.StatefulSetPatch,
  DaemonSet: k8s.apps.v1.DaemonSetPatch,
} as const;

/** Instruments one existing workload and puts an agent beside its application. To remove it undoes both. */
export class Wiring extends pulumi.ComponentResource {
  /** The workload that was patched, with its namespace. */
  readonly workload: string;
  /** Under this name the API server keeps the fields that the patch owns. */
  readonly fieldManager: string;

  constructor(name: string, { context, service, live, rollout }: WiringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tracing:wiring:Wiring", name, {}, opts);

    const metadata = ownMetadata(context.settings, agentConfigName(service), {
      workload: "otel-agent",
      namespace: service.namespace,
    });
    const config = new k8s.core.v1.ConfigMap(
      `${name}-agent-config`,
      {
        metadata,
        data: agentConfigData(context, service),
      },
      { parent: this },
    );
    const egress = service.wiring.allowEgress
      ? [
          new k8s.networking.v1.NetworkPolicy(
            `${name}-egress`,
            { metadata, spec: egressPolicy(service) },
            { parent: this },
          ),
        ]
      : [];
    // Taken back before the ConfigMap goes: no pod is left that looks for it.
    new patches[service.workload](`${name}-patch`, patchFor(context, service, live), {
      parent: this,
      dependsOn: [config, ...egress],
      ignoreChanges: ignoredChanges(live),
      ...(rollout && { hooks: { afterCreate: [rollout], afterUpdate: [rollout] } }),
    });
    this.workload = `${service.namespace}/${service.deployment}`;
    this.fieldManager = fieldManager(service);
    this.registerOutputs({ workload: this.workload, fieldManager: this.fieldManager });
  }
}
