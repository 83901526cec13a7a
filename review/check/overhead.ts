import type { V1Container, V1Pod } from "@kubernetes/client-node";
import { addedContainers } from "../../components/wiring/plan.ts";
import type { Service } from "../../config/landscape.ts";
import { overhead } from "../../config/overhead.ts";
import type { Answer } from "./answer.ts";
import { mayNotRead, note, stop, unread, type Finding } from "./finding.ts";
import { amount, mebibytes } from "./quantity.ts";
import type { ContainerUsage } from "./read-usage.ts";

/**
 * Whether the memory limit of a container that is not instrumented yet leaves room for the instrumentation, which lives in the same
 * process. What is added beside it has limits of its own.
 *
 * @param container as the workload has it. In running pods the namespace may have added a limit.
 * @param usage what containers of its pods use now.
 */
export function judgeOverhead(
  service: Service,
  container: V1Container,
  pods: readonly V1Pod[],
  usage: Answer<readonly ContainerUsage[]>,
): Finding[] {
  const limit = memoryLimitOf(container, pods);
  // What it may use is then between it and its node.
  if (limit === undefined) return [];
  const limitMib = mebibytes(limit);
  const { source, [service.profile]: budget } = overhead[service.runtime];
  const needed = budget.memoryMib;
  const what = `instrumentation for ${service.runtime} may take ${needed} MiB of it (${source})`;
  if (limitMib <= needed)
    return [
      stop(
        `the memory limit of container ${container.name} is ${limit}, and ${what}: nothing is left for the application`,
        atLeast(service, 2 * needed),
      ),
    ];
  const heap = heapMib(container, limitMib);
  const wired = new Set(pods.filter(isWired).map(({ metadata }) => metadata?.name));
  const used =
    usage.state === "read"
      ? usage.value
          .filter((one) => one.container === container.name && !wired.has(one.pod))
          .map(({ memory }) => mebibytes(memory))
      : [];
  const most = used.length > 0 ? Math.max(...used) : undefined;
  const findings: Finding[] = [
    ...(most !== undefined && most + needed > limitMib
      ? [
          note(
            `container ${container.name} uses ${most} MiB of its memory limit of ${limit}, and ${what}: it may be killed for want of memory`,
            atLeast(service, most + needed),
          ),
        ]
      : []),
    ...(heap !== undefined && heap + needed > limitMib
      ? [
          note(
            `container ${container.name} lets its heap grow to ${heap} MiB, its memory limit is ${limit}, and ${what}: a full heap leaves no room for it`,
            atLeast(service, heap + needed),
          ),
        ]
      : []),
  ];
  if (findings.length > 0 || most !== undefined) return findings;
  const mayNot = usage.state === "unread" && usage.mayNot;
  return [
    (mayNot ? mayNotRead : unread)(
      `whether container ${container.name} has room in its memory limit of ${limit}: ${what}, and ${whyUnknown(usage)}`,
    ),
  ];
}

function whyUnknown(usage: Answer<unknown>): string {
  switch (usage.state) {
    case "missing":
      return "nothing in the cluster says what pods use (metrics.k8s.io, as metrics-server has it)";
    case "unread":
      return usage.reason;
    case "read":
      return "no pod without instrumentation runs whose usage is known";
  }
}

const isWired = ({ spec }: V1Pod) => (spec?.initContainers ?? []).some(({ name }) => name === addedContainers.agent);

/** The workload's own limit, or the one that its namespace gives to pods. */
function memoryLimitOf({ name, resources }: V1Container, pods: readonly V1Pod[]): string | undefined {
  const running = pods.flatMap(({ spec }) => spec?.containers.find((one) => one.name === name) ?? []);
  return resources?.limits?.["memory"] ?? running[0]?.resources?.limits?.["memory"];
}

function atLeast({ id, workload }: Service, mib: number): string {
  return `resources: {limits: {memory: ${mib}Mi}} or more in the ${workload}, or services: {${id}: {enabled: false}}`;
}

const javaOptions = ["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JAVA_OPTS"];

/** How far a JVM may let its heap grow, where the workload says it: of what the image says, nothing is known. MiB. */
export function heapMib({ command = [], args = [], env = [] }: V1Container, limitMib: number): number | undefined {
  const variables = env.flatMap(({ name, value }) => (javaOptions.includes(name) ? [value ?? ""] : []));
  const text = [...command, ...args, ...variables].join(" ");
  // The last one counts.
  const [, size] = [...text.matchAll(/-Xmx(\d+[kmg]?)\b/gi)].at(-1) ?? [];
  if (size !== undefined) return Math.ceil(amount(binary(size)) / 2 ** 20);
  const [, percent] = [...text.matchAll(/-XX:MaxRAMPercentage=([\d.]+)/g)].at(-1) ?? [];
  return percent === undefined ? undefined : Math.ceil((limitMib * Number(percent)) / 100);
}

/** A size of the JVM as Kubernetes spells it. */
const binary = (size: string) => size.replace(/[kmg]$/i, (unit) => `${unit.toUpperCase()}i`);
