import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import { metricsServiceName, selectorLabels } from "../../lib/names.ts";
import { WorkloadIdentity } from "../vault/workload-identity.ts";
import { claimTemplates, fewerPodsHook, otherClaimsHook, registerClaims } from "./claims.ts";
import { ownMetadata } from "./metadata.ts";
import { networkPolicySpec } from "./network-policy.ts";
import { rolledOutHook } from "./rollout.ts";
import { configMapName, hostFlow, podTemplate, type WorkloadPlan } from "./workload-plan.ts";

/**
 * Registers the resources of a workload: identity, configuration, network policy, Service, pods, and a disruption budget
 * where there is more than one.
 *
 * @param name prefix of the resource names: the name of the component that they belong to.
 * @param opts parent, providers, and what must be there before the pods start.
 * @returns the Deployment or StatefulSet.
 */
export function registerWorkload(
  name: string,
  context: Context,
  plan: WorkloadPlan,
  opts: { parent: pulumi.Resource; dependsOn?: pulumi.Input<pulumi.Resource>[] },
): k8s.apps.v1.Deployment | k8s.apps.v1.StatefulSet {
  const { workload, replicas, config, metrics } = plan;
  const child = { parent: opts.parent };
  const metadataOf = (own: string) => ownMetadata(context.settings, own, { workload });
  const metadata = metadataOf(workload);

  const identity = new WorkloadIdentity(`${name}-identity`, { context, plan: { workload, files: plan.files } }, opts);
  const configMap = new k8s.core.v1.ConfigMap(
    `${name}-config`,
    { metadata: metadataOf(configMapName(workload)), data: config },
    child,
  );
  const policy = new k8s.networking.v1.NetworkPolicy(
    `${name}-network-policy`,
    {
      metadata,
      spec: networkPolicySpec(workload, {
        ...plan.flows,
        ingress: [...(plan.flows.ingress ?? []), ...(metrics ? [{ peer: metrics.reader, port: metrics.port }] : [])],
        egress: [...(plan.flows.egress ?? []), hostFlow(context.settings.vault.address, context.settings.vault.ranges)],
      }),
    },
    child,
  );
  const headless = plan.headless ?? plan.kind === "StatefulSet";
  new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata,
      spec: {
        type: "ClusterIP",
        ...(headless && { clusterIP: "None" }),
        selector: selectorLabels(workload),
        ports: Object.entries(plan.servicePorts).map(([portName, port]) => ({ name: portName, port })),
      },
    },
    child,
  );
  if (plan.peers) {
    const { service, port } = plan.peers;
    new k8s.core.v1.Service(
      `${name}-peers`,
      { metadata: metadataOf(service), spec: everyPod(workload, { name: "peers", port }) },
      child,
    );
  }
  if (metrics) {
    new k8s.core.v1.Service(
      `${name}-metrics`,
      {
        metadata: metadataOf(metricsServiceName(workload)),
        spec: everyPod(workload, { name: "metrics", port: metrics.port }),
      },
      child,
    );
  }
  if (replicas > 1) {
    new k8s.policy.v1.PodDisruptionBudget(
      `${name}-disruption-budget`,
      { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: selectorLabels(workload) } } },
      child,
    );
  }
  const podOptions = {
    parent: opts.parent,
    dependsOn: [identity, configMap, policy, ...(opts.dependsOn ?? [])],
  };
  const spec = {
    replicas,
    selector: { matchLabels: selectorLabels(workload) },
    template: podTemplate(context, plan),
  };
  if (plan.kind === "Deployment") {
    return new k8s.apps.v1.Deployment(`${name}-deployment`, { metadata, spec }, podOptions);
  }
  const { claim } = plan;
  // Pods of a cluster wait for each other's data.
  const minutes = plan.peers ? 10 * replicas : 10;
  const claims = claim ? registerClaims(name, context, { workload, replicas, claim }, child) : [];
  return new k8s.apps.v1.StatefulSet(
    `${name}-statefulset`,
    {
      metadata,
      spec: {
        ...spec,
        // By name, not as an output: the Service waits for ready pods, so the pods must not wait for the Service.
        serviceName: plan.peers?.service ?? workload,
        podManagementPolicy: "Parallel",
        ...(claim && claimTemplates(claim)),
      },
    },
    {
      ...podOptions,
      dependsOn: [...podOptions.dependsOn, ...claims],
      ...(claim && { ignoreChanges: ["spec.volumeClaimTemplates"] }),
      ...(plan.peers && { customTimeouts: { create: `${minutes}m`, update: `${minutes}m` } }),
      hooks: {
        ...(claim && {
          beforeCreate: [otherClaimsHook(name, context, { workload, replicas, claim })],
          beforeUpdate: [fewerPodsHook(name, workload, claim)],
        }),
        afterUpdate: [rolledOutHook(name, context, { workload, minutes })],
      },
    },
  );
}

/**
 * By the Service's name every pod is found, with no right on the cluster; also those that are not ready: of them Prometheus is to
 * know most, and without each other pods of a cluster do not become ready.
 */
function everyPod(workload: string, port: { name: string; port: number }) {
  return {
    type: "ClusterIP",
    clusterIP: "None",
    publishNotReadyAddresses: true,
    selector: selectorLabels(workload),
    ports: [port],
  };
}
