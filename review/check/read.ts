import {
  AppsV1Api,
  AutoscalingV2Api,
  CoreV1Api,
  KubernetesObjectApi,
  NetworkingV1Api,
  OpenidApi,
  VersionApi,
  WellKnownApi,
  type KubeConfig,
  type KubernetesObject,
  type V1Namespace,
  type V1Pod,
} from "@kubernetes/client-node";
import { agentConfigName } from "../../components/wiring/plan.ts";
import type { Context } from "../../config/context.ts";
import type { Service } from "../../config/landscape.ts";
import { AskError } from "../../lib/ask-error.ts";
import { loadKubeConfig } from "../../lib/kubeconfig.ts";
import { ask, read, type Answer } from "./answer.ts";
import { containerOf, type LiveCluster, type LiveService } from "./live.ts";
import type { LiveStatefulSet } from "./made-anew.ts";
import { readTakenPorts } from "./read-ports.ts";
import { podSelectorOf, referenceTo, type LiveWorkload } from "./workload.ts";

const clients = new WeakMap<KubeConfig, KubernetesObjectApi>();

/** A client for objects of any kind. One for each cluster: it asks which kinds there are, and keeps the answer. */
export function objects(config: KubeConfig): KubernetesObjectApi {
  const client = clients.get(config) ?? KubernetesObjectApi.makeApiClient(config);
  clients.set(config, client);
  return client;
}

/** Reads the workload of a service. */
export function readWorkload(config: KubeConfig, service: Service): Promise<LiveWorkload> {
  return objects(config).read<LiveWorkload>(referenceTo(service));
}

/** Reads StatefulSets of the stack's own namespace by their names. Undefined: there is none, or the run may not or cannot look. */
export function ownStatefulSets({ settings: { cluster } }: Pick<Context, "settings">) {
  let config: KubeConfig | undefined;
  return async (name: string): Promise<LiveStatefulSet | undefined> => {
    const one = { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name, namespace: cluster.namespace } };
    try {
      const api = objects((config ??= loadKubeConfig(cluster)));
      return read(await ask(() => api.read<KubernetesObject & LiveStatefulSet>(one)));
    } catch (error) {
      // The cluster is out of reach: the look before touching has said so.
      if (error instanceof AskError) return undefined;
      throw error;
    }
  };
}

/** Reads a namespace. */
export function readNamespace(config: KubeConfig, name: string): Promise<Answer<V1Namespace>> {
  return ask(() => config.makeApiClient(CoreV1Api).readNamespace({ name }));
}

/** Reads what the judgements need of the cluster itself. Nothing is changed. */
export async function readCluster(config: KubeConfig): Promise<Omit<LiveCluster, "own" | "shown">> {
  const [version, system, issuer, keys] = await Promise.all([
    ask(() => config.makeApiClient(VersionApi).getCode()),
    readNamespace(config, "kube-system"),
    ask(() => config.makeApiClient(WellKnownApi).getServiceAccountIssuerOpenIDConfiguration()),
    ask(() => config.makeApiClient(OpenidApi).getServiceAccountIssuerOpenIDKeyset()),
  ]);
  return { version, system, issuer, keys };
}

const nothing: Answer<string[]> = { state: "read", value: [] };

/** Reads what the judgements need of a service. Nothing is changed, and no Secret is read. */
export async function readService(config: KubeConfig, service: Service): Promise<LiveService> {
  const [core, apps] = [config.makeApiClient(CoreV1Api), config.makeApiClient(AppsV1Api)];
  const { namespace } = service;
  const workload = await ask(() => readWorkload(config, service));
  const [space, neighbours, ownConfig, policies, quotas, limits, pods, autoscalers, configMaps] = await Promise.all([
    readNamespace(config, namespace),
    workload.state === "missing" ? ask(() => workloads(apps, namespace)) : nothing,
    ask(() => core.readNamespacedConfigMap({ name: agentConfigName(service), namespace })),
    ask(async () => (await config.makeApiClient(NetworkingV1Api).listNamespacedNetworkPolicy({ namespace })).items),
    ask(async () => (await core.listNamespacedResourceQuota({ namespace })).items),
    ask(async () => (await core.listNamespacedLimitRange({ namespace })).items),
    ask(() => podsOf(core, namespace, read(workload))),
    ask(
      async () =>
        (await config.makeApiClient(AutoscalingV2Api).listNamespacedHorizontalPodAutoscaler({ namespace })).items,
    ),
    readConfigMaps(core, service, read(workload)),
  ]);
  const takenPorts = await readTakenPorts(config, service, { pods: read(pods) ?? [], ownConfig: read(ownConfig) });
  // The library of the .NET instrumentation is for one processor; all else is for any.
  const architectures =
    service.runtime === "dotnet" ? await ask(() => architecturesOf(core, read(pods) ?? [])) : nothing;
  return {
    workload,
    namespace: space,
    neighbours,
    ownConfig,
    policies,
    quotas,
    limits,
    pods,
    autoscalers,
    configMaps,
    architectures,
    takenPorts,
  };
}

async function workloads(apps: AppsV1Api, namespace: string): Promise<string[]> {
  const kinds = await Promise.all([
    apps.listNamespacedDeployment({ namespace }).then(named("Deployment")),
    apps.listNamespacedStatefulSet({ namespace }).then(named("StatefulSet")),
    apps.listNamespacedDaemonSet({ namespace }).then(named("DaemonSet")),
  ]);
  return kinds.flat();
}

const named =
  (kind: string) =>
  ({ items }: { items: readonly { metadata?: { name?: string } }[] }) =>
    items.map(({ metadata }) => `${kind} ${metadata?.name}`);

async function podsOf(core: CoreV1Api, namespace: string, workload?: LiveWorkload): Promise<V1Pod[]> {
  const labelSelector = workload && podSelectorOf(workload);
  return labelSelector === undefined ? [] : (await core.listNamespacedPod({ namespace, labelSelector })).items;
}

async function architecturesOf(core: CoreV1Api, pods: readonly V1Pod[]): Promise<string[]> {
  const names = [...new Set(pods.flatMap(({ spec }) => spec?.nodeName ?? []))];
  const nodes = await Promise.all(names.map((name) => core.readNode({ name })));
  return [...new Set(nodes.flatMap(({ status }) => status?.nodeInfo?.architecture ?? []))].sort();
}

async function readConfigMaps(core: CoreV1Api, service: Service, workload?: LiveWorkload) {
  const sources = (workload && containerOf(workload, service)?.envFrom) ?? [];
  const names = sources.flatMap(({ configMapRef }) => (configMapRef?.name ? [configMapRef.name] : []));
  const answers = names.map(
    async (name) =>
      [name, await ask(() => core.readNamespacedConfigMap({ name, namespace: service.namespace }))] as const,
  );
  return new Map(await Promise.all(answers));
}
