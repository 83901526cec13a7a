import { X509Certificate } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { V1ConfigMap } from "@kubernetes/client-node";
import { execa } from "execa";
import { loadAll } from "js-yaml";
import { vaultAgentConfigMapName } from "../../../components/vault/vault-agent.ts";
import { binary } from "../../toolchain/index.ts";

/** The ConfigMap of a workload's agent, as the engine has written it. */
export async function agentConfigMap(manifests: string, workload: string): Promise<V1ConfigMap> {
  const names = (await readdir(manifests, { recursive: true })).filter((name) => name.endsWith(".yaml"));
  const texts = await Promise.all(names.map((name) => readFile(join(manifests, name), "utf8")));
  const objects = texts.flatMap((text) => loadAll(text) as V1ConfigMap[]);
  const name = vaultAgentConfigMapName(workload);
  const found = objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata?.name === name);
  if (!found) throw new Error(`the engine wrote no ConfigMap ${name} into ${manifests}`);
  return found;
}

/**
 * Runs the real agent as the init container of a pod does, with a folder in the place of the pod's volumes.
 *
 * @returns by name, the files that it has rendered.
 */
export async function runAgent(
  folder: string,
  { data = {} }: V1ConfigMap,
  token: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const [volumes, secrets] = [join(folder, "vault"), join(folder, "vault/secrets")];
  const files = { config: data["agent.json"]!, trust: data["vault-ca.crt"]!, token };
  for (const part of [...Object.keys(files), "secrets"]) await mkdir(join(volumes, part), { recursive: true });
  const here = (text: string) => text.replaceAll(/\/vault\/(config|trust|token|secrets)\b/g, join(volumes, "$1"));
  await writeFile(join(volumes, "config/agent.json"), here(files.config));
  await writeFile(join(volumes, "trust/vault-ca.crt"), files.trust);
  await writeFile(join(volumes, "token/token"), token, { mode: 0o600 });
  const agent = execa(binary("vault"), ["agent", `-config=${join(volumes, "config/agent.json")}`, "-exit-after-auth"], {
    ...{ cwd: folder, env: { PATH: process.env["PATH"], HOME: folder }, extendEnv: false, all: true, reject: false },
    ...{ timeout: 60_000, cancelSignal: signal },
  });
  const { exitCode, all } = await agent;
  signal.throwIfAborted();
  if (exitCode !== 0) throw new Error(`vault agent ended with ${exitCode}: ${all.split("\n").slice(-6).join(" | ")}`);
  const names = await readdir(secrets);
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(secrets, name), "utf8")] as const)),
  );
}

/** What is wrong with the files; nothing, if they are what a pod needs. */
export function faultsOf(files: ReadonlyMap<string, string>, host: string): string[] {
  const certificate = files.get("tls.crt");
  const empty = [...files].filter(([, content]) => content.trim() === "").map(([name]) => `${name} is empty`);
  if (certificate === undefined) return ["there is no tls.crt", ...empty];
  const { subjectAltName = "" } = new X509Certificate(certificate);
  return [...empty, ...(subjectAltName.includes(host) ? [] : [`the certificate is for ${subjectAltName}`])];
}
