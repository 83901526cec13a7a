import type { KubeConfig } from "@kubernetes/client-node";
import { livePatch, type Workload } from "../../components/wiring/live-patch.ts";
import { fieldManager, workloadPatch } from "../../components/wiring/plan.ts";
import type { Context } from "../../config/context.ts";
import type { Service } from "../../config/landscape.ts";
import { otherStacks } from "../../config/stack-file.ts";
import { AskError } from "../../lib/ask-error.ts";
import { judgeCluster, judgeNamespace } from "./cluster.ts";
import { stop, type Finding, type Subject } from "./finding.ts";
import { containerOf } from "./live.ts";
import { readIssuer } from "./read-issuer.ts";
import { readCluster, readService } from "./read.ts";
import { judgeSharedStore } from "./shared-store.ts";
import { judgePatch, judgeService, judgeTrial } from "./service.ts";
import { tryPatch, tryPod, type Patch, type Trial } from "./trial.ts";
import { surges } from "./workload.ts";

/**
 * Looks at the cluster and at every service that is to be wired, and tries each patch without keeping it.
 *
 * @param signal ends the waiting for an answer; the client itself would wait as long as the system lets it.
 * @throws AskError if the cluster cannot be asked, or the signal comes first.
 */
export async function lookBefore(config: KubeConfig, context: Context, signal: AbortSignal): Promise<Subject[]> {
  const aborted = new Promise<never>((_, reject) => {
    const refuse = () =>
      reject(
        new AskError("The cluster gave no answer in time. See KUBECONFIG and cluster.context.", { transient: true }),
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
  const [live, shown] = await Promise.all([readCluster(config, namespace), readIssuer(config, context)]);
  const cluster = { ...live, shown };
  const services = await Promise.all(context.landscape.services.map((service) => lookAt(config, context, service)));
  const store = judgeSharedStore({ name: context.stack, ...context }, otherStacks(context.stack));
  return [
    judgeCluster(cluster, context),
    judgeNamespace(cluster, namespace, context.stack),
    ...(store ? [store] : []),
    ...services,
  ];
}

async function lookAt(config: KubeConfig, context: Context, service: Service): Promise<Subject> {
  const live = await readService(config, service);
  const { metadata, spec } = workloadPatch(context, service);
  const judged = judgeService(context, service, live);
  if (live.workload.state === "unread") return { ...judged, patch: { state: "unread", generation: "0" } };
  if (live.workload.state !== "read") return judged;
  const patched = livePatch(live.workload.value, { metadata, spec } as Workload);
  const findings = [...judged.findings, ...judgePatch(live.workload.value, patched)];
  const subject = { ...judged, findings, patch: patched };
  // What is not there cannot be tried; and what was found says more than what the API server makes of it.
  if (!containerOf(live.workload.value, service)) return subject;
  if (subject.findings.some(({ level }) => level === "stop")) return subject;
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
  const result =
    forced && tried.state === "refused" && conflicts.length === 0 ? await tryPatch(config, patch, true) : tried;
  return {
    ...subject,
    findings: [
      ...subject.findings,
      ...(conflicts.length > 0 ? conflicts : judgeTrial("patch", result, surges(live.workload.value))),
      ...(result.state === "accepted"
        ? judgeTrial("pod", await tryPod(config, result.value), surges(result.value))
        : []),
    ],
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
