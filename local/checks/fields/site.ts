import {
  RbacAuthorizationV1Api,
  type KubernetesObject,
  type V1Container,
  type V1PodSpec,
} from "@kubernetes/client-node";
import { labelSelector } from "../../../lib/pods.ts";
import { applicationImage } from "../../landscape/images.ts";
import { apply, statusCode, type Kubernetes } from "../../landscape/kubernetes/client.ts";
import { containerSecurity, podSecurity } from "../../landscape/kubernetes/workload.ts";
import { waitFor } from "../../wait.ts";
import type { Case } from "./case.ts";
import { deployerRights } from "./deployer.ts";
import { marker, nameOf } from "./names.ts";

/** What the application does: it says what it found, and stays. */
const programs = {
  java: {
    image: applicationImage("crm-api"),
    // The launcher reads its options, and the virtual machine its own: both say so.
    command: ["/bin/sh", "-c", "java -version 2>&1 && exec sleep 3600"],
  },
  nodejs: {
    image: applicationImage("mes-api"),
    command: [
      "node",
      "-e",
      'for (const name of ["NODE_OPTIONS", "OTEL_SERVICE_NAME"]) console.log(`${name}=${process.env[name]}`); setTimeout(() => {}, 3600_000)',
    ],
  },
};

/** Makes the namespace of a case, what its company has in it, and the rights of whoever deploys there. */
export async function build(kubernetes: Kubernetes, one: Case): Promise<void> {
  const name = nameOf(one);
  await apply(kubernetes, { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: marker } });
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: name } };
  for (const object of [account, ...(one.beside?.(name) ?? []), workload(one), ...deployerRights(name)])
    await apply(kubernetes, object);
}

function workload({ kind, runtime = "java", ...one }: Case): KubernetesObject {
  const name = nameOf(one);
  const { image, command } = programs[runtime === "java" ? "java" : "nodejs"];
  const container: V1Container = {
    name,
    image,
    imagePullPolicy: "Never",
    command,
    securityContext: { ...containerSecurity, runAsUser: 10001 },
    resources: { requests: { cpu: "5m", memory: "192Mi" }, limits: { memory: "192Mi" } },
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
    ...one.container,
  };
  const pod: V1PodSpec = {
    serviceAccountName: name,
    terminationGracePeriodSeconds: 1,
    securityContext: podSecurity,
    volumes: [{ name: "tmp", emptyDir: {} }],
    ...one.pod,
    containers: [container],
  };
  const labels = { "app.kubernetes.io/name": name };
  return {
    apiVersion: "apps/v1",
    kind: kind ?? "Deployment",
    metadata: { name, namespace: name, labels },
    spec: {
      // Its pods come with the patch, unless the case is about a rollout.
      ...(kind !== "DaemonSet" && { replicas: 0 }),
      selector: { matchLabels: labels },
      ...(kind === "StatefulSet" && { serviceName: name }),
      template: { metadata: { labels }, spec: pod },
      ...one.spec,
    },
  } as KubernetesObject;
}

/** Has a namespace go, and does not wait for it. */
export async function leave({ core }: Pick<Kubernetes, "core">, name: string): Promise<void> {
  await core.deleteNamespace({ name }).catch((error: unknown) => {
    if (statusCode(error) !== 404) throw error;
  });
}

/** Removes all that this check made, also what a run left that was killed, and waits until it is gone. */
export async function clear({ config, core }: Kubernetes): Promise<void> {
  const selector = { labelSelector: labelSelector(marker) };
  const rights = config.makeApiClient(RbacAuthorizationV1Api);
  await rights.deleteCollectionClusterRoleBinding(selector);
  await rights.deleteCollectionClusterRole(selector);
  await waitFor(
    async () => {
      const { items } = await core.listNamespace(selector);
      for (const { metadata } of items.filter(({ status }) => status?.phase !== "Terminating")) {
        await leave({ core }, metadata!.name!);
      }
      return items.length === 0;
    },
    { every: 1_000 },
  );
}
