import { isDeepStrictEqual } from "node:util";
import type { Context } from "../../config/context.ts";
import { namespaceOfService } from "../../lib/cluster-address.ts";
import { dataVolume, serviceHost } from "../../lib/names.ts";
import { vaultAgentConfigMap, vaultAgentPod, secretsDir, type SecretFile } from "../vault/vault-agent.ts";
import type { ClaimPlan } from "./claims.ts";
import type { EgressFlow, Flows } from "./network-policy.ts";
import { placement, podMetadata } from "./placement.ts";
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

/** Name of the ConfigMap with the configuration files of a workload. */
export function configMapName(workload: string): string {
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
        containerOf(plan.container, plan.claim ? [{ name: dataVolume, mountPath: plan.claim.mountPath }] : []),
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
