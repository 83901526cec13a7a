import {
  PatchStrategy,
  RbacAuthorizationV1Api,
  setHeaderOptions,
  type KubernetesObject,
} from "@kubernetes/client-node";
import { statusCode, type Kubernetes } from "../../landscape/kubernetes/client.ts";
import { waitFor } from "../../wait.ts";
import { attempt, type Finding } from "../findings.ts";

const enforce = "pod-security.kubernetes.io/enforce";
const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

/** Policies of admission work some time after they were made: waits until those of the guide do. Nothing is kept of the question. */
export async function untilLimited({ core }: Kubernetes, own: string): Promise<void> {
  const labels = { [enforce]: "privileged" };
  const limited = () =>
    core.patchNamespace({ name: own, body: { metadata: { labels } }, dryRun: "All" }, merge).then(
      () => false,
      (error: unknown) => statusCode(error) === 403,
    );
  if (!(await waitFor(limited, { limit: 30_000, every: 200 }))) throw new Error("the deployer's limits do not work");
}

/** What a run does with a right that is cut down. */
export function tryAPod({ core }: Kubernetes, namespace: string): Promise<Finding> {
  return attempt(`try a pod in ${namespace}`, "admission", "accepted", async () => {
    await core.createNamespacedPod({ namespace, body: podIn(namespace), dryRun: "All" });
    return { found: "accepted", good: true };
  });
}

const podIn = (namespace: string) => ({
  ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "mine", namespace } },
  spec: { containers: [{ name: "mine", image: "mine" }] },
});

interface Places {
  /** The stack's own. */
  readonly own: string;
  /** One of services. */
  readonly services: string;
  /** One that is nobody's business. */
  readonly foreign: string;
}

/** What no deployer may do: each has to be refused by its rights and their limits, before anybody looks whether the thing is there. */
export async function tryForbidden(deployer: Kubernetes, user: string, places: Places): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [what, run] of forbidden(deployer, user, places)) {
    findings.push(
      await attempt(what, "RBAC or admission", "403", async () => {
        const answer = await run().then(
          () => "it was done",
          (error: unknown) => String(statusCode(error) ?? (error as Error).message),
        );
        return { found: answer, good: answer === "403" };
      }),
    );
  }
  return findings;
}

function forbidden(
  { core, apps, objects, config }: Kubernetes,
  user: string,
  { own, services, foreign }: Places,
): [string, () => Promise<unknown>][] {
  const rights = config.makeApiClient(RbacAuthorizationV1Api);
  const create = (object: KubernetesObject) => () => objects.create(object);
  const metadata = (namespace: string) => ({ name: "mine", namespace });
  const deployment = {
    ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: metadata(services) },
    spec: { selector: { matchLabels: { app: "mine" } }, template: {} },
  };
  const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
  const bind = (kind: string, where?: string) =>
    create({
      ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind, subjects, roleRef },
      metadata: where === undefined ? { name: "mine" } : metadata(where),
    });
  const everything = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };
  const named = (namespace: string) => ({ name: "mine", namespace });
  const inBoth = (what: string, run: (namespace: string) => Promise<unknown>) =>
    [own, services].map((where): [string, () => Promise<unknown>] => [`${what} in ${where}`, () => run(where)]);
  return [
    ...inBoth("read a Secret", (where) => core.readNamespacedSecret(named(where))),
    ...inBoth("list Secrets", (namespace) => core.listNamespacedSecret({ namespace })),
    [`make a Secret in ${own}`, create({ apiVersion: "v1", kind: "Secret", metadata: metadata(own) })],
    [`list Secrets of all namespaces`, () => core.listSecretForAllNamespaces()],
    // A token of a service account would be all that it may do, in Vault too.
    ...inBoth("make a token of a ServiceAccount", (namespace) =>
      core.createNamespacedServiceAccountToken({ ...named(namespace), body: { spec: { audiences: ["vault"] } } }),
    ),
    ...inBoth("run a command in a pod", (where) =>
      core.connectPostNamespacedPodExec({ ...named(where), command: "true" }),
    ),
    ...inBoth("attach to a pod", (where) => core.connectPostNamespacedPodAttach(named(where))),
    ...inBoth("talk to a pod through the API server", (where) => core.connectGetNamespacedPodProxy(named(where))),
    // Jaeger's pages are open on the pod's loopback, where this ends.
    [`forward a port of a pod in ${own}`, () => core.connectPostNamespacedPodPortforward(named(own))],
    ...inBoth("put a container into a pod", (where) =>
      core.patchNamespacedPodEphemeralcontainers({ ...named(where), body: { spec: {} } }, merge),
    ),
    ...inBoth("make a pod", (where) => create(podIn(where))()),
    [
      `take ${own} out of Pod Security`,
      () => core.patchNamespace({ name: own, body: { metadata: { labels: { [enforce]: "privileged" } } } }, merge),
    ],
    [
      `the same by no label at all`,
      () => core.patchNamespace({ name: own, body: { metadata: { labels: { [enforce]: null } } } }, merge),
    ],
    [`delete a pod in ${own}`, () => core.deleteNamespacedPod(named(own))],
    [`delete a disk in ${own}`, () => core.deleteNamespacedPersistentVolumeClaim(named(own))],
    [`make a Deployment in ${services}`, create(deployment)],
    [`delete a Deployment in ${services}`, () => apps.deleteNamespacedDeployment(named(services))],
    [`make a Service in ${services}`, create({ apiVersion: "v1", kind: "Service", metadata: metadata(services) })],
    [
      `make a ServiceAccount in ${services}`,
      () => core.createNamespacedServiceAccount({ namespace: services, body: { metadata: { name: "mine" } } }),
    ],
    [`list ConfigMaps in ${foreign}`, () => core.listNamespacedConfigMap({ namespace: foreign })],
    [`make a ConfigMap in ${foreign}`, create({ apiVersion: "v1", kind: "ConfigMap", metadata: metadata(foreign) })],
    [
      `patch a Deployment in ${foreign}`,
      () => apps.patchNamespacedDeployment({ ...named(foreign), body: { spec: { replicas: 0 } } }, merge),
    ],
    [`list pods in ${foreign}`, () => core.listNamespacedPod({ namespace: foreign })],
    ["make a namespace", create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "mine" } })],
    ["list namespaces", () => core.listNamespace()],
    [`delete the namespace ${services}`, () => core.deleteNamespace({ name: services })],
    [
      `patch the namespace ${services}`,
      () => core.patchNamespace({ name: services, body: { metadata: { labels: { mine: "yes" } } } }, merge),
    ],
    ...inBoth("bind itself to cluster-admin", (where) => bind("RoleBinding", where)()),
    ["bind itself to cluster-admin in the cluster", bind("ClusterRoleBinding")],
    [
      `widen its Role in ${own}`,
      () =>
        rights.patchNamespacedRole({ name: "tracing-deployer", namespace: own, body: { rules: [everything] } }, merge),
    ],
    [
      `widen a ClusterRole of its own`,
      () => rights.patchClusterRole({ name: "tracing-deployer-services", body: { rules: [everything] } }, merge),
    ],
    [
      `give its Role in ${own} to others`,
      () =>
        rights.patchNamespacedRoleBinding(
          {
            name: "tracing-deployer",
            namespace: own,
            body: { subjects: [...subjects, { ...subjects[0]!, name: "x" }] },
          },
          merge,
        ),
    ],
    ["change a node", () => core.patchNode({ name: "mine", body: { spec: { unschedulable: true } } }, merge)],
    [
      "make a webhook",
      create({
        ...{ apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration" },
        metadata: { name: "mine" },
      }),
    ],
    [
      "make a kind of objects",
      create({
        ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
        metadata: { name: "mine.example.com" },
      }),
    ],
  ];
}
