import type { KubeConfig, V1Pod, V1PodSpec } from "@kubernetes/client-node";
import { livePatch, type Workload } from "../../components/wiring/live-patch.ts";
import { fieldManager, workloadPatch, type WorkloadPatch } from "../../components/wiring/plan.ts";
import type { Context } from "../../config/context.ts";
import type { Service } from "../../config/landscape.ts";
import { otherStacks } from "../../config/stack-file.ts";
import { AskError } from "../../lib/ask-error.ts";
import { ImageRegistries } from "../../lib/image-registry.ts";
import { vaultToken } from "../../lib/vault-token.ts";
import { read } from "./answer.ts";
import { isFirst, judgeCluster, judgeNamespace } from "./cluster.ts";
import { stop, type Finding, type Subject } from "./finding.ts";
import { addedImages, ownImages, type ImageUse } from "./image-uses.ts";
import { lookAtImages } from "./images.ts";
import { containerOf } from "./live.ts";
import { inTurn } from "./in-turn.ts";
import { readIssuer } from "./read-issuer.ts";
import { judgeNeeds } from "./needs.ts";
import { judgeOverhead } from "./overhead.ts";
import { readNeeds } from "./read-needs.ts";
import { readNodes } from "./read-nodes.ts";
import { readCluster, readNamespace, readService } from "./read.ts";
import { readUsage } from "./read-usage.ts";
import { lookAtRights } from "./rights/look.ts";
import { lookAtRoom } from "./room/look.ts";
import { growth, type Grown } from "./room/needs.ts";
import { judgeSharedStore } from "./shared-store.ts";
import { judgePatch, judgeScaling, judgeService, judgeTrial } from "./service.ts";
import { lookAtVault } from "./vault/look.ts";
import { tryPatch, tryPod, type Patch, type Trial } from "./trial.ts";
import { surges, type LiveWorkload } from "./workload.ts";

/**
 * Looks at the cluster, at Vault and at every service that is to be wired, and tries each patch without keeping it.
 *
 * @param signal ends the waiting for an answer; the client itself would wait as long as the system lets it.
 * @throws AskError if the cluster cannot be asked, or the signal comes first.
 */
export async function lookBefore(config: KubeConfig, context: Context, signal: AbortSignal): Promise<Subject[]> {
  const aborted = new Promise<never>((_, reject) => {
    const refuse = () =>
      reject(
        new AskError(`The cluster gave no answer in ${patienceMs / 1_000} s. See KUBECONFIG and cluster.context.`, {
          transient: true,
        }),
      );
    if (signal.aborted) refuse();
    signal.addEventListener("abort", refuse, { once: true });
  });
  return Promise.race([look(config, context), aborted]);
}

/** How long the API server may take for all answers together, milliseconds. */
export const patienceMs = 60_000;

async function look(config: KubeConfig, context: Context): Promise<Subject[]> {
  const { namespace } = context.settings.cluster;
  const registries = new ImageRegistries();
  const space = readNamespace(config, namespace);
  try {
    const [live, own, shown, nodes, needs, vault, rights, services] = await Promise.all([
      readCluster(config),
      space,
      readIssuer(config, context),
      readNodes(config),
      readNeeds(config, context.settings),
      lookAtVault(context, vaultToken()),
      lookAtRights(config, context, space),
      inTurn(context.landscape.services, (service) => lookAt(config, context, service)),
    ]);
    const cluster = { ...live, own, shown };
    const grown = services.flatMap((service) => service.grown ?? []);
    const uses = [...ownImages(context.settings, namespace), ...services.flatMap(({ images }) => images)];
    const store = judgeSharedStore({ name: context.stack, ...context }, otherStacks(context.stack));
    return [
      judgeCluster(cluster, context),
      vault,
      rights,
      judgeNamespace(cluster, namespace, context.stack),
      judgeNeeds(needs, nodes, context.settings, isFirst(cluster)),
      await lookAtRoom(config, context, { own, nodes, grown }),
      await lookAtImages(uses, nodes, registries),
      ...(store ? [store] : []),
      ...services.map(({ subject }) => subject),
    ];
  } finally {
    await registries.close();
  }
}

/** A service, and the images that its pods are going to need. */
interface Looked {
  subject: Subject;
  images: readonly ImageUse[];
  /** What its pods are going to ask for more. Undefined: nothing, or it is not known. */
  grown?: Grown;
}

async function lookAt(config: KubeConfig, context: Context, service: Service): Promise<Looked> {
  const live = await readService(config, service);
  const patch = workloadPatch(context, service);
  const judged = judgeService(context, service, live);
  const pods = read(live.pods) ?? [];
  const imagesOf = (pod: Partial<V1PodSpec>) => addedImages(context.settings, service, pod, nodesOf(pods));
  const untried = imagesOf(unpatched(service, read(live.workload), pods));
  if (live.workload.state === "unread")
    return { subject: { ...judged, patch: { state: "unread", generation: "0" } }, images: untried };
  if (live.workload.state !== "read") return { subject: judged, images: [] };
  const patched = livePatch(live.workload.value, patch as Workload);
  const container = containerOf(live.workload.value, service);
  const findings = [
    ...judged.findings,
    ...judgePatch(live.workload.value, patched),
    ...(patched.state === "missing" && container
      ? judgeOverhead(service, container, pods, await readUsage(config, service.namespace, live.workload.value))
      : []),
    // Of what is there already, nobody needs to be told in each preview.
    ...(patched.state === "applied" ? [] : judgeScaling(service, live, patch)),
  ];
  const subject = { ...judged, findings, patch: patched };
  // What is not there cannot be tried; and what was found says more than what the API server makes of it.
  if (!container) return { subject, images: untried };
  if (subject.findings.some(({ level }) => level === "stop")) return { subject, images: untried };
  const tried = await tryOut(config, service, patch, surges(live.workload.value));
  const before = pods[0]?.spec ?? live.workload.value.spec?.template.spec;
  return {
    subject: { ...subject, findings: [...findings, ...tried.findings] },
    images: tried.pod ? imagesOf(tried.pod) : untried,
    ...(tried.pod && before && { grown: growth(service.id, before, tried.pod, pods.length) }),
  };
}

const nodesOf = (pods: readonly V1Pod[]) => [...new Set(pods.flatMap(({ spec }) => spec?.nodeName ?? []))].sort();

/** What is known of the pods that are to come, where none could be tried. Service accounts bring pull secrets to those that run. */
function unpatched(
  { wiring }: Service,
  workload: LiveWorkload | undefined,
  pods: readonly V1Pod[],
): Partial<V1PodSpec> {
  const { nodeSelector, imagePullSecrets = [] } = workload?.spec?.template.spec ?? {};
  const running = pods.flatMap(({ spec }) => spec?.imagePullSecrets ?? []);
  const secrets = [...imagePullSecrets, ...running].map(({ name }) => name);
  return {
    ...(nodeSelector && { nodeSelector }),
    imagePullSecrets: [...new Set([...secrets, ...wiring.pullSecrets])].map((name) => ({ name })),
  };
}

/** Tries the patch, and a pod of what it makes. @returns the pod too, as the cluster would admit it. */
async function tryOut(
  config: KubeConfig,
  service: Service,
  { metadata, spec }: WorkloadPatch,
  surging: boolean,
): Promise<{ findings: Finding[]; pod?: V1PodSpec | undefined }> {
  const forced = "pulumi.com/patchForce" in metadata.annotations;
  // Those say something to the engine alone.
  const annotations = Object.fromEntries(
    Object.entries(metadata.annotations).filter(([key]) => !key.startsWith("pulumi.com/")),
  );
  const patch: Patch = {
    fieldManager: fieldManager(service),
    body: {
      apiVersion: "apps/v1",
      kind: service.workload,
      metadata: { ...metadata, annotations },
      spec,
    } as Patch["body"],
  };
  const tried = await tryPatch(config, patch, false);
  const conflicts = conflictsOf(service, tried);
  if (conflicts.length > 0) return { findings: conflicts };
  const result = forced && tried.state === "refused" ? await tryPatch(config, patch, true) : tried;
  if (result.state !== "accepted") return { findings: judgeTrial("patch", result, surging) };
  const pod = await tryPod(config, result.value);
  return {
    findings: judgeTrial("pod", pod, surges(result.value)),
    ...(pod.state === "accepted" && { pod: pod.value.spec }),
  };
}

/** Fields that somebody else manages, but for the variables that the settings take from their owner. */
function conflictsOf({ wiring: { variables } }: Service, trial: Trial<unknown>): Finding[] {
  if (trial.state !== "refused" || trial.refusal.code !== 409) return [];
  const taken = Object.keys(variables).filter((name) => variables[name] === "replace");
  return trial.refusal.causes
    .filter(({ field }) => !taken.some((name) => field.includes(`env[name="${name}"]`)))
    .map(({ field, message }) =>
      stop(`${field} is somebody else's: ${message}`, "that field out of the other's manifest"),
    );
}
