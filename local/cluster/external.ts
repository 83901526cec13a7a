import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { CoreV1Api, KubeConfig, OpenidApi, StorageV1Api, VersionApi, WellKnownApi } from "@kubernetes/client-node";
import { project } from "../../config/settings.ts";
import { readStack } from "../../config/stack-file.ts";
import { defaultNamespace as stackNamespace } from "../../lib/names.ts";
import { namespaces as companyNamespaces } from "../landscape/namespaces.ts";
import { deployerKubeconfig, kubeconfig, serviceAccountKey, serviceAccountPublicKey, stateDir } from "../paths.ts";
import { deployer } from "./settings.ts";
import { isSupported, oldest } from "./version.ts";

/** Where the local environment lives on this machine: nowhere yet, in a cluster of its own, or in one of the user's. */
export type Home = "none" | "own" | "external";

/** Where it is now. */
export function home(): Home {
  if (existsSync(serviceAccountKey)) return "own";
  return existsSync(kubeconfig) ? "external" : "none";
}

/** Address of the cluster that the local environment is in. */
export function clusterAddress(): string {
  return address(load(kubeconfig), kubeconfig);
}

/**
 * Looks whether a new cluster of our own may be started here. Changes nothing.
 *
 * @throws if the local environment is in a cluster of the user's own
 */
export function checkOwnCluster(): void {
  if (home() !== "external") return;
  throw new Error(
    `The local environment is in the cluster ${clusterAddress()}: go on there with --kubeconfig <file>, or take it out with "npm run local:reset" first.`,
  );
}

/**
 * Makes a cluster of the user's own the one that the local environment is in, after a look whether it can be. Nothing in
 * the cluster changes; its address, credentials and token keys are kept in the state folder.
 *
 * @param file path of its kubeconfig; the current context counts
 * @returns its address and version, for people
 * @throws with all that stands in the way, each with its remedy
 */
export async function adoptCluster(file: string): Promise<string> {
  const config = load(file);
  const server = address(config, file);
  if (home() === "own") {
    throw new Error(
      `The local environment has a cluster of its own on this machine (${stateDir}): remove it with "npm run local:reset" first.`,
    );
  }
  if (home() === "external" && clusterAddress() !== server) {
    throw new Error(
      `The local environment is in another cluster, ${clusterAddress()}: take it out with "npm run local:reset" first.`,
    );
  }
  const version = await ask(server, file, () => config.makeApiClient(VersionApi).getCode());
  const keys = await ask(server, file, async () =>
    parsed(await config.makeApiClient(OpenidApi).getServiceAccountIssuerOpenIDKeyset()),
  );
  const problems = isSupported(version)
    ? await ask(server, file, () => obstacles(config))
    : [`it runs Kubernetes ${version.gitVersion}: at least ${oldest.major}.${oldest.minor} is needed`];
  if (problems.length > 0) {
    throw new Error(`The cluster ${server} cannot be used:\n${problems.map((line) => `  - ${line}`).join("\n")}`);
  }
  await mkdir(dirname(serviceAccountPublicKey), { recursive: true, mode: 0o755 });
  // First: it says whose cluster it is, and nobody must take the keys for our own.
  const administrator = currentContextOnly(config);
  await writeFile(kubeconfig, administrator.exportConfig(), { mode: 0o600 });
  await writeFile(deployerKubeconfig, impersonating(administrator, deployer).exportConfig(), { mode: 0o600 });
  await writeFile(serviceAccountPublicKey, JSON.stringify(keys), { mode: 0o644 });
  return `${server}, Kubernetes ${version.gitVersion}`;
}

async function obstacles(config: KubeConfig): Promise<string[]> {
  const problems: string[] = [];
  const discovery = await config.makeApiClient(WellKnownApi).getServiceAccountIssuerOpenIDConfiguration();
  const { issuer } = parsed(discovery) as { issuer: string };
  const { serviceAccountIssuer: expected, oidc } = readStack("local").settings.cluster;
  if (oidc) {
    problems.push(
      "Pulumi.local.yaml has the token keys of our own cluster asked for, at its address. Write there instead of cluster.oidc:\n" +
        `      ${project}:cluster:\n        serviceAccountKeysFile: ${serviceAccountPublicKey}`,
    );
  }
  if (issuer !== expected) {
    problems.push(
      `its service-account tokens come from ${issuer}, not from ${expected}. Write into Pulumi.local.yaml:\n` +
        `      ${project}:cluster:\n        serviceAccountIssuer: ${issuer}`,
    );
  }
  const classes = (await config.makeApiClient(StorageV1Api).listStorageClass()).items;
  const isDefault = "storageclass.kubernetes.io/is-default-class";
  if (!classes.some(({ metadata }) => metadata?.annotations?.[isDefault] === "true")) {
    problems.push(`it has no default StorageClass: annotate one with ${isDefault}=true`);
  }
  // Somebody else's namespace of the same name: we would change it, and `local:reset` would remove it.
  if (home() === "none") {
    const present = new Set((await config.makeApiClient(CoreV1Api).listNamespace()).items.map((n) => n.metadata?.name));
    const taken = [...companyNamespaces, stackNamespace].filter((name) => present.has(name));
    if (taken.length > 0) {
      problems.push(`it has namespaces that would be ours: ${taken.join(", ")}. Use another cluster, or remove them`);
    }
  }
  return problems;
}

function load(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
    return config;
  } catch (error) {
    throw new Error(`${file} is no kubeconfig: ${(error as Error).message}`, { cause: error });
  }
}

function address(config: KubeConfig, file: string): string {
  const server = config.getCurrentCluster()?.server;
  if (server !== undefined) return server;
  throw new Error(
    `${file} has no current context: set one with "kubectl config use-context NAME --kubeconfig ${file}"`,
  );
}

/** What else stands in the file is no business of the local environment. */
function currentContextOnly(config: KubeConfig): KubeConfig {
  const context = config.getContextObject(config.getCurrentContext());
  const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()];
  const reduced = new KubeConfig();
  reduced.loadFromOptions({
    clusters: cluster ? [cluster] : [],
    users: user ? [user] : [],
    contexts: context ? [context] : [],
    currentContext: config.getCurrentContext(),
  });
  return reduced;
}

/** No certificate can be made for a user here, but an administrator may act as one: the cluster then asks what that one may do. */
export function impersonating(config: KubeConfig, user: string): KubeConfig {
  const other = new KubeConfig();
  other.loadFromOptions({
    clusters: config.clusters,
    users: config.users.map((one) => ({ ...one, impersonateUser: user })),
    contexts: config.contexts,
    currentContext: config.currentContext,
  });
  return other;
}

/** The client library declares these two answers as text, and hands over what it has read from them. */
function parsed(answer: unknown): unknown {
  return typeof answer === "string" ? (JSON.parse(answer) as unknown) : answer;
}

async function ask<T>(server: string, file: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? cause.message : message.split("\n")[0];
    throw new Error(`The cluster ${server} (from ${file}) does not answer: ${reason}`, { cause: error });
  }
}
