import type { V1Deployment, V1LimitRange, V1Pod, V1ResourceQuota } from "@kubernetes/client-node";
import { instrumentationDir } from "../../components/wiring/instrumentation.ts";
import { fieldManager } from "../../components/wiring/plan.ts";
import type { Service } from "../../config/landscape.ts";
import { ports } from "../../lib/names.ts";
import { listed, note, stop, type Finding } from "./finding.ts";
import { managersOf, podPath, type Step } from "./managers.ts";

/** What the pods of a workload are like: whose they are, and whether there is room for what is added. */
export function judgePod(service: Service, workload: V1Deployment): Finding[] {
  const { template, paused } = workload.spec!;
  const pod = template.spec!;
  const account = pod.serviceAccountName ?? "default";
  const taken = [...(pod.containers ?? []), ...(pod.initContainers ?? [])].filter(
    ({ name, ports: own = [] }) =>
      !addedContainers.includes(name) &&
      own.some(({ containerPort }) => containerPort === ports.otlpGrpc || containerPort === ports.otlpHttp),
  );
  const os = pod.os?.name ?? pod.nodeSelector?.["kubernetes.io/os"];
  return [
    ...(account === service.serviceAccount
      ? []
      : [
          stop(
            `its pods run as service account ${account}, and the gateway knows ${service.id} as ${service.serviceAccount}: its spans would be of nobody`,
            account === "default"
              ? `a service account of its own in the Deployment (default is every pod's), and its name in services.${service.id}.serviceAccount`
              : `services: {${service.id}: {serviceAccount: ${account}}}`,
          ),
        ]),
    ...(paused
      ? [
          stop(
            "its rollout is paused: the patch would wait for ever",
            `kubectl rollout resume --namespace ${service.namespace} deployment/${service.deployment}`,
          ),
        ]
      : []),
    ...(pod.hostNetwork
      ? [
          stop(
            "its pods are on the host's network: the agents of one node would share a port, and spans take another service's name",
            `hostNetwork: false in the Deployment, or services: {${service.id}: {enabled: false}}`,
          ),
        ]
      : []),
    ...taken.map(({ name }) =>
      stop(
        `container ${name} listens on ${ports.otlpGrpc} or ${ports.otlpHttp}, the ports of the agent in the same pod`,
        `other ports for it, or services: {${service.id}: {enabled: false}}`,
      ),
    ),
    ...(os !== undefined && os !== "linux"
      ? [stop(`its pods are for ${os}: agent and instrumentation are for Linux`)]
      : []),
    ...namesTaken(service, workload),
  ];
}

const addedContainers = ["otel-instrumentation", "otel-agent"];
const addedVolumes = ["otel-instrumentation", "otel-agent-config", "otel-gateway-token"];

/** Entries of our names that an `up` did not make. */
function namesTaken(service: Service, workload: V1Deployment): Finding[] {
  const pod = workload.spec!.template.spec!;
  const mounts = pod.containers.find(({ name }) => name === service.container)?.volumeMounts ?? [];
  const entries: [string, boolean, Step[]][] = [
    ...addedContainers.map((name): [string, boolean, Step[]] => [
      `an init container ${name}`,
      (pod.initContainers ?? []).some((container) => container.name === name),
      [...podPath, "initContainers", { name }],
    ]),
    ...addedVolumes.map((name): [string, boolean, Step[]] => [
      `a volume ${name}`,
      (pod.volumes ?? []).some((volume) => volume.name === name),
      [...podPath, "volumes", { name }],
    ]),
    [
      `a mount at ${instrumentationDir}`,
      mounts.some(({ mountPath }) => mountPath === instrumentationDir),
      [...podPath, "containers", { name: service.container }, "volumeMounts", { mountPath: instrumentationDir }],
    ],
  ];
  return entries.flatMap(([what, exists, path]) => {
    const owners = exists ? managersOf(workload, path) : [];
    // `rollout undo` gives our entries to whoever ran it: they are ours by their looks, and conflict if they are not.
    return owners.length === 0 || owners.includes(fieldManager(service))
      ? []
      : [note(`it has ${what} already, managed by ${listed(owners)}`)];
  });
}

/** What a quota or a limit range of the namespace would say, for a run that may not try a pod. */
export function judgeRoom(
  service: Service,
  added: readonly { name?: unknown; resources?: unknown }[],
  quotas: readonly V1ResourceQuota[],
  ranges: readonly V1LimitRange[],
): Finding[] {
  const cpuLimit = `services: {${service.id}: {cpuLimit: 200m}}`;
  const limits = ranges.flatMap(({ spec }) => spec?.limits ?? []).filter(({ type }) => type === "Container");
  const byDefault = limits.some((limit) => limit._default?.["cpu"] !== undefined);
  const demanding = quotas.filter(({ spec }) => spec?.hard?.["limits.cpu"] !== undefined);
  const without = service.wiring.cpuLimit === undefined && !byDefault ? demanding : [];
  const largest = limits.flatMap(({ min }) => (min?.["memory"] ? [min["memory"]] : []));
  return [
    ...without.map(({ metadata }) =>
      stop(
        `the quota ${metadata?.name} demands a CPU limit of every container, and the added ones have none`,
        cpuLimit,
      ),
    ),
    ...largest.flatMap((min) => {
      const small = added.filter(({ resources }) => mebibytes(memoryOf(resources)) < mebibytes(min));
      return small.length === 0
        ? []
        : [
            stop(
              `a LimitRange wants ${min} of memory at least, and ${listed(small.map(({ name }) => String(name)))} ask for less`,
              `sizes: {agent: {memoryMib: ${mebibytes(min)}}, instrumentation: {memoryMib: ${mebibytes(min)}}}`,
            ),
          ];
    }),
  ];
}

function memoryOf(resources: unknown): string {
  return (resources as { requests?: { memory?: string } } | undefined)?.requests?.memory ?? "0";
}

const units: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30, // prettier-ignore
};

/** A quantity of memory, rounded up. */
function mebibytes(quantity: string): number {
  const { number = "0", unit = "" } = /^(?<number>[\d.]+)(?<unit>\w*)$/.exec(quantity)?.groups ?? {};
  return Math.ceil((Number(number) * (units[unit] ?? 1)) / 2 ** 20);
}

/** How the pods do now. None of it is the stack's to mend, but a rollout of pods that do not start never ends. */
export function judgeRunning(workload: V1Deployment, pods: readonly V1Pod[]): Finding[] {
  const { replicas = 0, readyReplicas = 0 } = workload.status ?? {};
  const waiting = pods.flatMap(({ status }) =>
    [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].flatMap(({ name, state }) => {
      const { reason, message } = state?.waiting ?? {};
      return reason === undefined || reason === "PodInitializing" || reason === "ContainerCreating"
        ? []
        : [`container ${name}: ${reason}${message ? ` (${message})` : ""}`];
    }),
  );
  const why = [...new Set(waiting)].slice(0, 3);
  return replicas > readyReplicas || why.length > 0
    ? [note(`${readyReplicas} of ${replicas} pods are ready${why.length > 0 ? `: ${why.join("; ")}` : ""}`)]
    : [];
}
