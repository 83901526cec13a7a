import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { certificateFiles, secretsVolume } from "../../../components/vault/vault-agent.ts";
import { vaultPaths } from "../../../components/vault/paths.ts";
import { readStack } from "../../../config/stack-file.ts";
import { AskError } from "../../../lib/ask-error.ts";
import { defaultNamespace as namespace, gatewayName, samplerName } from "../../../lib/names.ts";
import { kubeletDir } from "../../cluster/settings.ts";
import { engine } from "../../engine.ts";
import { vaultClient } from "../../landscape/vault/client.ts";
import { waitFor } from "../../wait.ts";
import { signalProgram } from "../processes.ts";
import { hold, type Live } from "./live.ts";
import { sealed } from "./vault.ts";
import { rolled } from "./workloads.ts";

const agent = "vault-agent";
/** An agent that cannot reach Vault waits up to five minutes before it tries again. */
const patienceMs = 420_000;

/** A file of Vault Agent, as this machine's kubelet keeps it for the pod. */
export function secretFile({ metadata }: V1Pod, file: string): string {
  const volume = join(kubeletDir, "pods", metadata!.uid!, "volumes", "kubernetes.io~empty-dir", secretsVolume);
  return join(volume, basename(file));
}

/** The resource that is the CA's certificate, whatever its name: a pattern as the engine takes it. */
const signing = "**:SecretBackendRootSignIntermediate::*";

/** Every pod gets a new certificate, one pod after the other, as at half of a certificate's life; then once more. */
export async function renewed(live: Live): Promise<void> {
  await renewAll(live);
  await hold(live);
  await renewAll(live);
}

/** Certificates live for so long while they are to run out, seconds: an agent renews its own each minute. */
const shortSeconds = 120;

/** Vault is sealed for so long that the certificates of all pods run out, and then for as long as the fault lasts. */
export async function expired(live: Live): Promise<void> {
  const vault = await vaultClient();
  const { name: stack, settings } = readStack("local");
  const roles = `${vaultPaths({ stack, settings }).pki}/roles`;
  const before = new Map<string, object>();
  for (const role of await vault.list(roles)) {
    before.set(role, (await vault.read<{ data: object }>(`${roles}/${role}`)).data);
  }
  try {
    for (const [role, data] of before) {
      await vault.write(`${roles}/${role}`, { ...data, ttl: shortSeconds, max_ttl: shortSeconds });
    }
    await renewAll(live);
    live.progress(`all certificates live for ${shortSeconds} s`);
    const pods = await holdersOf(live);
    const until = async () => {
      const left = () => Math.max(...pods.map((pod) => Date.parse(certificateOf(pod).validTo))) - Date.now();
      await waitFor(() => left() < 0, { every: 1_000, signal: live.signal });
      live.progress("the last certificate has run out");
      await hold(live);
    };
    await sealed({ ...live, until });
    await untilAllLast(live, pods, 0);
    live.progress("all pods have certificates again");
  } finally {
    for (const [role, data] of before) await vault.write(`${roles}/${role}`, data);
  }
  await untilAllLast(live, await holdersOf(live), 2 * shortSeconds);
  live.progress("they live as long as before");
}

/** Waits until the certificates of all pods are good for so long, seconds. */
async function untilAllLast({ signal }: Live, pods: readonly V1Pod[], seconds: number): Promise<void> {
  for (const pod of pods) {
    const lasts = () => Date.parse(certificateOf(pod).validTo) - Date.now() > seconds * 1_000;
    if (!(await waitFor(lasts, { limit: patienceMs, signal })))
      throw new AskError(`${pod.metadata?.name} gets no certificate that is good for ${seconds} s.`);
  }
}

/**
 * The CA of the stack is signed anew by an `up`, as the calendar has it: gateway and sampler, which read the CA of those that
 * they deliver to at their start, roll while others have certificates of the old one; then all get one of the new.
 */
export async function authoritySigned(live: Live): Promise<void> {
  const [one] = await holdersOf(live);
  const before = authorityOf(one!);
  const { exitCode } = await engine(["up", "--yes", "--skip-preview", "--replace", signing], live.signal);
  if (exitCode !== 0) throw new AskError(`up ended with ${exitCode}.`);
  live.progress("the CA is signed anew");
  await rolled(live, "Deployment", gatewayName);
  await rolled(live, "StatefulSet", samplerName);
  await renewAll(live);
  await hold(live);
  const stale = (await holdersOf(live)).filter((pod) => authorityOf(pod) === before);
  if (stale.length > 0)
    throw new AskError(`${stale.map(({ metadata }) => metadata?.name).join(", ")}: still of the old CA.`);
}

async function renewAll(live: Live): Promise<void> {
  for (const pod of await holdersOf(live)) {
    const { serialNumber } = certificateOf(pod);
    rmSync(secretFile(pod, certificateFiles.bundle));
    signalProgram(pod, "SIGKILL", agent);
    const other = () =>
      existsSync(secretFile(pod, certificateFiles.bundle)) && certificateOf(pod).serialNumber !== serialNumber;
    if (!(await waitFor(other, { limit: patienceMs, signal: live.signal })))
      throw new AskError(`${pod.metadata?.name} gets no new certificate.`);
  }
  live.progress("all pods have new certificates");
}

/** Running pods of the stack that have a certificate. */
async function holdersOf({ kubernetes: { core } }: Live): Promise<V1Pod[]> {
  const { items } = await core.listNamespacedPod({ namespace });
  return items.filter(
    (pod) =>
      !pod.metadata?.deletionTimestamp &&
      pod.status?.phase === "Running" &&
      existsSync(secretFile(pod, certificateFiles.certificate)),
  );
}

/** The pod's own certificate: the first of the file. */
function certificateOf(pod: V1Pod): X509Certificate {
  return new X509Certificate(readFileSync(secretFile(pod, certificateFiles.certificate)));
}

/** Serial number of the CA that has issued it. */
function authorityOf(pod: V1Pod): string {
  return new X509Certificate(readFileSync(secretFile(pod, certificateFiles.ca))).serialNumber;
}
