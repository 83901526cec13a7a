import { KubeConfig, KubernetesObjectApi, PatchStrategy, type KubernetesObject } from "@kubernetes/client-node";
import type { Service } from "../../../config/landscape.ts";
import { customResources } from "../../landscape/ingress/custom-resources.ts";
import { containerSecurity, podSecurity, serviceAccount } from "../../landscape/kubernetes/workload.ts";
import { operatorDefinitions } from "./operator.ts";

/** Requests that are under way at a time. */
const atOnce = 8;

/** Puts into an empty cluster what a stack finds in a company: its services, without a pod, and kinds of custom resources. */
export async function settle(kubeconfig: string, services: readonly Service[], signal: AbortSignal): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const client = KubernetesObjectApi.makeApiClient(config);
  const apply = (object: KubernetesObject) =>
    client.patch(object, undefined, undefined, "company", false, PatchStrategy.ServerSideApply);
  for (const definition of [...(await customResources(signal)), ...operatorDefinitions]) await apply(definition);
  const left = [...services];
  const work = async () => {
    for (let service = left.pop(); service !== undefined; service = left.pop()) {
      signal.throwIfAborted();
      for (const object of objectsOf(service)) await apply(object);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** A service that is about what back ends are: an environment, probes, limits. */
function objectsOf({ id, namespace, workload, deployment, container, ...service }: Service): KubernetesObject[] {
  const labels = { "app.kubernetes.io/name": id };
  const probe = { httpGet: { path: "/health", port: "http" }, periodSeconds: 10 };
  const env = { DB_HOST: `${id}-db`, DB_NAME: "orders", LOG_LEVEL: "info", PORT: "8080" };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    serviceAccount(service.serviceAccount, namespace),
    {
      apiVersion: "apps/v1",
      kind: workload,
      metadata: { name: deployment, namespace, labels },
      spec: {
        ...(workload !== "DaemonSet" && { replicas: 0 }),
        ...(workload === "StatefulSet" && { serviceName: id }),
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: service.serviceAccount,
            securityContext: podSecurity,
            volumes: [{ name: "tmp", emptyDir: {} }],
            containers: [
              {
                name: container,
                image: `registry.example/${id}:1.0.0`,
                env: Object.entries(env).map(([name, value]) => ({ name, value })),
                ports: [{ name: "http", containerPort: 8080 }],
                resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { memory: "512Mi" } },
                securityContext: { ...containerSecurity, runAsUser: 10001 },
                volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
                ...{ livenessProbe: probe, readinessProbe: probe },
              },
            ],
          },
        },
      },
    } as KubernetesObject,
  ];
}
