import { checksumAnnotation } from "../../components/kubernetes/pod.ts";
import type { LivePatch } from "../../components/wiring/live-patch.ts";
import { agentConfigName, workloadPatch, type WorkloadPatch } from "../../components/wiring/plan.ts";
import type { Context } from "../../config/context.ts";
import type { Service } from "../../config/landscape.ts";
import { workloadKinds } from "../../config/model.ts";
import { ownLabels } from "../../lib/names.ts";
import type { Answer, Unread } from "./answer.ts";
import { judgeAutoscalers } from "./autoscaler.ts";
import { listed, note, stop, unread, type Finding, type Subject } from "./finding.ts";
import { containerOf, type LiveService } from "./live.ts";
import { judgeEgress } from "./network.ts";
import { judgePod, judgeRoom, judgeRunning } from "./pod.ts";
import { judgeRuntime } from "./runtime.ts";
import { judgeVariables } from "./variables.ts";
import { titleOf, type LiveWorkload } from "./workload.ts";

/** One service, from what was read: all that would make its wiring fail, or be lost. */
export function judgeService(context: Context, service: Service, live: LiveService): Subject {
  return { name: service.id, looked: titleOf(service), findings: findingsOf(context, service, live) };
}

function findingsOf(context: Context, service: Service, live: LiveService): Finding[] {
  const { workload } = live;
  if (live.namespace.state === "missing")
    return [
      stop(`there is no namespace ${service.namespace}`, `services: {${service.id}: {namespace: <its namespace>}}`),
    ];
  if (workload.state === "unread") return [unread(`the ${service.workload}`, workload)];
  if (workload.state === "missing") return [absent(service, live.neighbours)];
  const container = containerOf(workload.value, service);
  if (!container) return [noContainer(service, workload.value)];
  return [
    ...judgePod(service, workload.value, live.takenPorts),
    ...judgeRuntime(service, workload.value, container, live.architectures),
    ...judgeVariables(service, context.stack, workload.value, container, live),
    ...configTaken(service, live),
    ...judged(live.quotas, "the quotas", (quotas) =>
      judged(live.limits, "the limit ranges", (limits) =>
        judgeRoom(service, workloadPatch(context, service), quotas, limits),
      ),
    ),
    ...judged(live.policies, "the network policies", (policies) =>
      judgeEgress(service, policies, workload.value.spec?.template.metadata?.labels ?? {}),
    ),
    ...judged(live.pods, "the pods", (pods) => judgeRunning(workload.value, pods)),
  ];
}

function judged<T>(answer: Answer<T>, what: string, judge: (value: T) => Finding[]): Finding[] {
  if (answer.state === "unread") return [unread(`${what} of its namespace`, answer)];
  return answer.state === "read" ? judge(answer.value) : [];
}

function absent({ id, namespace, deployment, workload }: Service, neighbours: Answer<string[]>): Finding {
  const there = neighbours.state === "read" ? neighbours.value : [];
  const otherKind = workloadKinds.find((kind) => there.includes(`${kind} ${deployment}`));
  const [kind, name] = there.find((one) => one.startsWith(`${workload} `))?.split(" ") ?? there[0]?.split(" ") ?? [];
  const settings =
    otherKind !== undefined
      ? `workload: ${otherKind}`
      : `${kind === undefined || kind === workload ? "" : `workload: ${kind}, `}deployment: ${name ?? "<its name>"}`;
  return stop(
    `there is no ${workload} ${deployment} in the namespace ${namespace}; ${neighbours.state === "read" ? `the namespace has ${listed(there)}` : "what else there is, the run may not read"}`,
    `services: {${id}: {${settings}}}, or {${id}: {enabled: false}}`,
  );
}

function noContainer(service: Service, { spec }: LiveWorkload): Finding {
  const names = (spec?.template.spec?.containers ?? []).map(({ name }) => name);
  return stop(
    `${titleOf(service)} has the containers ${listed(names)}; none is called ${service.container}`,
    `services: {${service.id}: {container: ${names[0]}}}`,
  );
}

function configTaken(service: Service, { ownConfig }: LiveService): Finding[] {
  const name = agentConfigName(service);
  if (ownConfig.state === "unread") return [unread(`the ConfigMap ${name}`, ownConfig)];
  if (ownConfig.state === "missing") return [];
  const labels = ownConfig.value.metadata?.labels ?? {};
  return Object.entries(ownLabels).every(([key, value]) => labels[key] === value)
    ? []
    : [
        stop(
          `the ConfigMap ${service.namespace}/${name} exists and is not the stack's`,
          "another name for it: the stack needs this one",
        ),
      ];
}

/** A workload that says that it was wired, and does not have all of it any more. */
export function judgePatch({ metadata }: LiveWorkload, { state }: LivePatch): Finding[] {
  return state === "missing" && metadata?.annotations?.[checksumAnnotation] !== undefined
    ? [
        note(
          "it was wired, and the patch or a part of it is gone (rollout undo, a tool that writes whole workloads): the next up puts it back",
        ),
      ]
    : [];
}

/** What a patch that is to come means for autoscalers of the workload. */
export function judgeScaling(
  service: Service,
  { workload, autoscalers }: LiveService,
  patch: WorkloadPatch,
): Finding[] {
  if (workload.state !== "read") return [];
  return judged(autoscalers, "the autoscalers", (all) => judgeAutoscalers(service, workload.value, patch, all));
}

/** What the trial of the patch, or of the pod that it makes, adds to what was found by reading. */
export function judgeTrial(
  what: "patch" | "pod",
  trial: { state: "accepted" } | { state: "refused"; refusal: { code: number; message: string } } | Unread,
  /** An extra pod for the time of a rollout: whether there will be one. */
  surges: boolean,
): Finding[] {
  if (trial.state === "accepted") return [];
  if (trial.state === "unread") {
    const finding = unread(`whether the cluster would take the ${what} (dry run)`, trial);
    // A pod is only made as a trial. The patch is what an `up` sends.
    return [what === "patch" && trial.mayNot ? { ...finding, blocks: true } : finding];
  }
  const text = `the cluster refuses the ${what === "patch" ? "patch" : "patched pod"} (dry run): ${trial.refusal.message}`;
  const exceeded = trial.refusal.message.includes("exceeded quota");
  // The old pod goes first: what it leaves is not counted by a trial beside it.
  return [exceeded && !surges ? note(text) : stop(text, helpFor(trial.refusal.message))];
}

/** The way out of what admission most often says. */
function helpFor(message: string): string | undefined {
  if (/must specify.*limits\.cpu/.test(message)) return "services: {<id>: {cpuLimit: 200m}}";
  if (/minimum memory usage/.test(message)) return "sizes: {agent: {memoryMib: …}, instrumentation: {memoryMib: …}}";
  if (/runAsUser|runAsNonRoot/.test(message)) return "services: {<id>: {userId: 0}}";
  return undefined;
}
