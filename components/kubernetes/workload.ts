import { isDeepStrictEqual } from "node:util";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import { metricsServiceName, selectorLabels, serviceHost } from "../../lib/names.ts";
import { vaultAgentConfigMap, vaultAgentPod, secretsDir, type SecretFile } from "../vault/vault-agent.ts";
import { WorkloadIdentity } from "../vault/workload-identity.ts";
import { namespaceOfService } from "../../lib/cluster-address.ts";
import { claimTemplates, fewerPodsHook, otherClaimsHook, registerClaims, type ClaimPlan } from "./claims.ts";
import { ownMetadata } from "./metadata.ts";
import { placement, podMetadata } from "./placement.ts";
import { rolledOutHook } from "./rollout.ts";
import { networkPolicySpec, type EgressFlow, type Flows } from "./network-policy.ts";
import { checksum, restrictedContainer, restrictedPod, type Container, type Volume, type VolumeMount } from "./pod.ts";

/** A container that sees the pod's configuration and secrets. */
export type SidecarContainer = Omit<Container, "securityContext">;

/** A program of the stack, as plain data. */
export interface WorkloadPlan {
  /** Name of everything that belongs to it. */
  workload: string;
  /** StatefulSet where pods have a disk or a name of their own. */
  kind: "Deployment" | "StatefulSet";
  replicas: number;
  /** User and group of all its containers. */
  uid: number;
  /** What it gets from Vault. */
  files: readonly SecretFile[];
  /** Where its container sees those files. Default {@link secretsDir}. */
  secretsMountPath?: string;
  /** Configuration files by name. A change rolls the pods. */
  config: Record<string, string>;
  /** Where the container sees them. */
  configDir: string;
  container: SidecarContainer;
  /** Further containers, which see the same configuration and secrets, but not the disk. */
  sidecars?: readonly SidecarContainer[];
  /** Containers as {@link sidecars}, but there before those start, and still there when those have ended. */
  outliving?: readonly SidecarContainer[];
  /** Run before the secrets are there. */
  initContainers?: readonly Container[];
  volumes?: readonly Volume[];
  /** Ports of the Service by name. */
  servicePorts: Record<string, number>;
  /** True: the Service's name resolves to the pods. Default: false, or true for a StatefulSet. */
  headless?: boolean;
  /** Service by which its pods find each other, also before they are ready. Default: they do not look for each other. */
  peers?: { service: string; port: number };
  /** The connections that it may have, Vault and DNS apart. */
  flows: Flows;
  /** A disk for each pod. */
  claim?: ClaimPlan;
  /** Where it shows its metrics, over TLS, and the pods that read them. Default: it shows none. */
  metrics?: { port: number; reader: { namespace: string; podLabels: Record<string, string> } } | undefined;
  /** How long a pod may take to end, seconds. Default 30. */
  terminationGracePeriodSeconds?: number;
}

/** How other pods of the cluster reach a workload. */
export interface Endpoint {
  /** Name of its Service, in the stack's namespace. */
  service: string;
  /** DNS name of the Service, as the workload's certificate has it. */
  address: string;
  port: number;
}

/** The endpoint of a planned workload: the first of its Service's ports. */
export function endpointOf(
  { settings }: Pick<Context, "settings">,
  { workload, servicePorts }: Pick<WorkloadPlan, "workload" | "servicePorts">,
): Endpoint {
  const [port] = Object.values(servicePorts);
  if (port === undefined) throw new Error(`${workload} has no port`);
  return { service: workload, address: serviceHost(workload, settings.cluster.namespace), port };
}

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

function configMapName(workload: string): string {
  return `${workload}-config`;
}

/** The pods of a workload. */
export function podTemplate(context: Context, plan: WorkloadPlan) {
  const { workload, config, configDir, files } = plan;
  const agent = vaultAgentPod(context, workload, plan.secretsMountPath ?? secretsDir);
  const containerOf = (container: SidecarContainer, volumeMounts: VolumeMount[] = []) => ({
    ...container,
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: "config", mountPath: configDir, readOnly: true },
      // Not read-only: some programs keep other files of theirs beside them.
      agent.mount,
      ...volumeMounts,
      ...((container.volumeMounts ?? []) as []),
    ],
  });
  return {
    metadata: podMetadata(context.settings, workload, {
      ...checksum(config, vaultAgentConfigMap(context, { workload, files })),
      // Collectors read the CA of the servers that they deliver to when they start, and never again.
      ...(files.some((file) => file.kind === "certificate" && file.client) && {
        "order-tracing/authority-period": context.authorityPeriod,
      }),
    }),
    spec: {
      serviceAccountName: workload,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: restrictedPod(plan.uid),
      terminationGracePeriodSeconds: plan.terminationGracePeriodSeconds ?? 30,
      ...placement(context.settings, plan),
      initContainers: [
        ...(plan.initContainers ?? []),
        agent.init,
        // Sidecars end in the opposite order: these have the time that Vault Agent needs to end for what is left to do.
        ...(plan.outliving ?? []).map((sidecar) => ({ ...containerOf(sidecar), restartPolicy: "Always" })),
        agent.sidecar,
      ],
      // The agent ends a process of another container: it has to see it.
      ...(files.some(({ restarts }) => restarts !== undefined) && { shareProcessNamespace: true }),
      containers: [
        containerOf(plan.container, plan.claim ? [{ name: "data", mountPath: plan.claim.mountPath }] : []),
        ...(plan.sidecars ?? []).map((sidecar) => containerOf(sidecar)),
      ],
      volumes: [
        { name: "config", configMap: { name: configMapName(workload) } },
        ...agent.volumes,
        ...(plan.volumes ?? []),
      ],
    },
  };
}

/**
 * The connection to a server by its address: by the given ranges; else by the namespace for a Service of the cluster; else by
 * the port alone, since a policy cannot name hosts.
 *
 * @param address for example `https://vault.vault.svc:8200`.
 * @param ranges what the stack's settings say of where that is. Default: nothing.
 */
export function hostFlow(address: string, ranges?: readonly string[]): EgressFlow {
  const namespace = namespaceOfService(address);
  const peer = ranges ? { ranges } : namespace ? { namespace } : "anywhere";
  return { peer, port: Number(new URL(address).port || 443) };
}

/** The connections to a server that has several addresses, each once: see {@link hostFlow}. */
export function hostFlows(addresses: readonly string[], ranges?: readonly string[]): EgressFlow[] {
  const flows = addresses.map((address) => hostFlow(address, ranges));
  return flows.filter((flow, index) => index === flows.findIndex((other) => isDeepStrictEqual(flow, other)));
}
