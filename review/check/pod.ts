import type { V1LimitRange, V1Pod, V1ResourceQuota } from "@kubernetes/client-node";
import { instrumentationDir, temporaryDir } from "../../components/wiring/instrumentation.ts";
import { addedContainers, addedVolumes, fieldManager, type WorkloadPatch } from "../../components/wiring/plan.ts";
import type { Service } from "../../config/landscape.ts";
import type { Answer } from "./answer.ts";
import { listed, note, stop, unread, type Finding } from "./finding.ts";
import { mebibytes } from "./quantity.ts";
import { managersOf, podPath, type Step } from "./managers.ts";
import { heldBack, kubectlName, podsOf, titleOf, type LiveWorkload } from "./workload.ts";

/** What the pods of a workload are like: whose they are, and whether there is room for what is added. */
export function judgePod(service: Service, workload: LiveWorkload, takenPorts: Answer<number[]>): Finding[] {
  const pod = workload.spec!.template.spec!;
  const account = pod.serviceAccountName ?? "default";
  const os = pod.os?.name ?? pod.nodeSelector?.["kubernetes.io/os"];
  return [
    ...(account === service.serviceAccount
      ? []
      : [
          stop(
            `its pods run as service account ${account}, and the gateway knows ${service.id} as ${service.serviceAccount}: its spans would be of nobody`,
            account === "default"
              ? `a service account of its own in the ${service.workload} (default is every pod's), and its name in services.${service.id}.serviceAccount`
              : `services: {${service.id}: {serviceAccount: ${account}}}`,
          ),
        ]),
    ...judgeRollout(service, workload),
    ...(pod.hostNetwork
      ? [
          stop(
            "its pods are on the host's network: the agents of one node would share a port, and spans take another service's name",
            `hostNetwork: false in the ${service.workload}, or services: {${service.id}: {enabled: false}}`,
          ),
        ]
      : []),
    ...portsTaken(service, workload, takenPorts),
    ...(os !== undefined && os !== "linux"
      ? [stop(`its pods are for ${os}: agent and instrumentation are for Linux`)]
      : []),
    ...namesTaken(service, workload),
  ];
}

function judgeRollout(service: Service, workload: LiveWorkload): Finding[] {
  const held = heldBack(workload);
  if (!held) return [];
  if (workload.spec?.paused)
    return [
      stop(
        `${held.why}: the patch would wait for ever`,
        `kubectl rollout resume --namespace ${service.namespace} ${kubectlName(service)}`,
      ),
    ];
  return [
    note(
      `${held.why}: ${held.pods === "none" ? "nothing" : "none of those"} is traced until then`,
      `kubectl delete pod --namespace ${service.namespace} <pod>, one after the other, after the up; ${titleOf(service)} stays as it is`,
    ),
  ];
}

/** Ports of the agent on which another container of the pod says that it listens, or does so without saying it. */
function portsTaken(
  { id, wiring, workload: kind }: Service,
  workload: LiveWorkload,
  takenPorts: Answer<number[]>,
): Finding[] {
  const pod = workload.spec!.template.spec!;
  const added: string[] = Object.values(addedContainers);
  const others = [...pod.containers, ...(pod.initContainers ?? [])].filter(({ name }) => !added.includes(name));
  const declared = others.map(({ name, ports = [] }) => ({
    name,
    ports: ports.map(({ containerPort }) => containerPort),
  }));
  const said = declared.flatMap(({ ports }) => ports);
  const found = takenPorts.state === "read" ? takenPorts.value : [];
  const used = new Set([...said, ...found]);
  const free = (port: number): number =>
    used.has(port) ? free(port + 10_000 > 65_535 ? port + 1 : port + 10_000) : port;
  const taken = (who: string, ports: readonly number[]): Finding[] => {
    const ours = Object.entries(wiring.agentPorts).filter(([, port]) => ports.includes(port));
    if (ours.length === 0) return [];
    const instead = ours.map(([protocol, port]) => `${protocol}: ${free(port)}`).join(", ");
    return [
      stop(
        `${who} listens on ${listed(ours.map(([, port]) => String(port)))}, where the agent in the same pod wants to`,
        `services: {${id}: {agentPorts: {${instead}}}}`,
      ),
    ];
  };
  return [
    ...declared.flatMap(({ name, ports }) => taken(`container ${name}`, ports)),
    ...taken(
      `something of which the ${kind} says nothing`,
      found.filter((port) => !said.includes(port)),
    ),
    ...(takenPorts.state === "unread"
      ? [
          unread(
            `whether something in its pods listens on ${listed(Object.values(wiring.agentPorts).map(String))}, where the agent wants to`,
            takenPorts,
          ),
        ]
      : []),
  ];
}

/** Entries of our names that an `up` did not make. */
function namesTaken(service: Service, workload: LiveWorkload): Finding[] {
  const pod = workload.spec!.template.spec!;
  const mounts = pod.containers.find(({ name }) => name === service.container)?.volumeMounts ?? [];
  const entries: [string, boolean, Step[]][] = [
    ...Object.values(addedContainers).map((name): [string, boolean, Step[]] => [
      `an init container ${name}`,
      (pod.initContainers ?? []).some((container) => container.name === name),
      [...podPath, "initContainers", { name }],
    ]),
    ...Object.values(addedVolumes).map((name): [string, boolean, Step[]] => [
      `a volume ${name}`,
      (pod.volumes ?? []).some((volume) => volume.name === name),
      [...podPath, "volumes", { name }],
    ]),
    ...[instrumentationDir, temporaryDir].map((mountPath): [string, boolean, Step[]] => [
      `a mount at ${mountPath}`,
      mounts.some((mount) => mount.mountPath === mountPath),
      [...podPath, "containers", { name: service.container }, "volumeMounts", { mountPath }],
    ]),
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
  { spec: patch }: WorkloadPatch,
  quotas: readonly V1ResourceQuota[],
  ranges: readonly V1LimitRange[],
): Finding[] {
  const added = (patch.template as Template).spec.initContainers;
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
      const small = added.filter(({ resources }) => mebibytes(resources?.requests?.memory ?? "0") < mebibytes(min));
      return small.length === 0
        ? []
        : [
            stop(
              `a LimitRange wants ${min} of memory at least, and ${listed(small.map(({ name }) => name))} ask for less`,
              `sizes: {agent: {memoryMib: ${mebibytes(min)}}, instrumentation: {memoryMib: ${mebibytes(min)}}}`,
            ),
          ];
    }),
  ];
}

/** The part of the patch that is asked for room: all of it is plain values. */
interface Template {
  spec: { initContainers: { name: string; resources?: { requests?: { memory?: string } } }[] };
}

/** How the pods do now. None of it is the stack's to mend, but a rollout of pods that do not start never ends. */
export function judgeRunning(workload: LiveWorkload, pods: readonly V1Pod[]): Finding[] {
  const { wanted, ready } = podsOf(workload);
  const waiting = pods.flatMap(({ status }) =>
    [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].flatMap(({ name, state }) => {
      const { reason, message } = state?.waiting ?? {};
      return reason === undefined || reason === "PodInitializing" || reason === "ContainerCreating"
        ? []
        : [`container ${name}: ${reason}${message ? ` (${message})` : ""}`];
    }),
  );
  const why = [...new Set(waiting)].slice(0, 3);
  return wanted > ready || why.length > 0
    ? [note(`${ready} of ${wanted} pods are ready${why.length > 0 ? `: ${why.join("; ")}` : ""}`)]
    : [];
}
