import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AppsV1Api, CoreV1Api, KubeConfig, KubernetesObjectApi, type KubernetesObject } from "@kubernetes/client-node";
import { loadAll } from "js-yaml";
import { repositoryDir } from "../../paths.ts";
import type { Kubernetes } from "../../landscape/kubernetes/client.ts";
import { marker } from "./names.ts";

const user = "field-deployer";

/** What the guide gives to whoever deploys, here for a user of this check and one namespace. */
export function deployerRights(namespace: string): KubernetesObject[] {
  const guide = readFileSync(join(repositoryDir, "docs/guides/deployer-kubernetes-rights.yaml"), "utf8");
  const own = guide
    .replaceAll("DEPLOYER", user)
    .replaceAll("NAMESPACE", namespace)
    // Those of a real deployer may be in the same cluster.
    .replaceAll("tracing-deployer", user);
  return (loadAll(own) as KubernetesObject[]).map((object) => ({
    ...object,
    metadata: { ...object.metadata!, labels: marker },
  }));
}

/** Clients of a user who has these rights and no others: what the guide leaves out fails. */
export function asDeployer({ config }: Kubernetes): Kubernetes {
  const own = new KubeConfig();
  own.loadFromOptions({
    clusters: config.clusters,
    users: config.users.map((one) => ({ ...one, impersonateUser: user })),
    contexts: config.contexts,
    currentContext: config.currentContext,
  });
  return {
    config: own,
    objects: KubernetesObjectApi.makeApiClient(own),
    core: own.makeApiClient(CoreV1Api),
    apps: own.makeApiClient(AppsV1Api),
  };
}
