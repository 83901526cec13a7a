import type { KubernetesObject, V1ClusterRole, V1Deployment, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { catalogue } from "../landscape/catalogue.ts";
import { accounts } from "../landscape/accounts.ts";
import { applications } from "../landscape/applications.ts";
import { accounts as people } from "../landscape/identity/accounts.ts";
import { identityObjects } from "../landscape/identity/manifests.ts";
import { ingressObjects, traefikArguments, watched } from "../landscape/ingress/manifests.ts";
import { hopelessReason, isStuck, readiness, unreadyContainers } from "../landscape/kubernetes/readiness.ts";
import { workload } from "../landscape/kubernetes/workload.ts";
import { namespaceObjects } from "../landscape/namespaces.ts";
import { stores } from "../landscape/stores.ts";
import { vaultObjects } from "../landscape/vault/manifests.ts";

const certificates = { root: "the root", serverCa: "the CA", certificate: "the certificate", key: "the key" };
const workloads = [...stores, ...applications];
const credentials = {
  clientSecret: "the client's secret",
  passwords: Object.fromEntries(people.map(({ name }) => [name, `password of ${name}`])),
};
const objects = [
  ...workloads.flatMap(workload),
  ...vaultObjects(certificates),
  ...identityObjects(credentials, certificates),
  ...ingressObjects(),
];
const controllers = objects.filter(isController);

describe("manifests", () => {
  it("has every service and store of the catalogue, under its name and in its namespace", () => {
    const services = Object.entries(catalogue.services).map(([name, { namespace }]) => [name, namespace]);
    expect(applications.map(({ name, namespace }) => [name, namespace])).toEqual(services);
    expect(stores.map(({ name }) => name).sort()).toEqual(Object.keys(catalogue.stores).sort());
  });

  it.each(workloads)("gives Deployment, container, Service and ServiceAccount of $name one name", (spec) => {
    const names = workload(spec).map(({ kind, metadata }) => `${kind} ${metadata?.namespace}/${metadata?.name}`);
    const id = `${spec.namespace}/${spec.name}`;
    expect(names).toEqual(expect.arrayContaining([`Deployment ${id}`, `Service ${id}`, `ServiceAccount ${id}`]));
    expect(containers(deploymentOf(spec)).map(({ name }) => name)).toEqual([spec.name]);
  });

  it.each(controllers)("makes pods of $metadata.name comply with Pod Security restricted", ({ spec }) => {
    const pod = spec!.template.spec;
    expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    // Who asks the cluster's API has a token for it, and nobody else.
    const automountServiceAccountToken = pod?.serviceAccountName === "traefik";
    expect(pod).toMatchObject({ automountServiceAccountToken, enableServiceLinks: false });
    for (const { securityContext, resources } of pod!.containers) {
      expect(securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
      });
      expect(securityContext?.runAsUser).toBeGreaterThan(0);
      expect(resources?.limits).toEqual({ memory: expect.any(String) as string });
    }
    const allowed = ["configMap", "emptyDir", "persistentVolumeClaim", "secret"];
    for (const volume of pod!.volumes ?? [])
      expect(["name", ...allowed]).toEqual(expect.arrayContaining(Object.keys(volume)));
  });

  it("labels every namespace that a pod of the company lives in as restricted", () => {
    const restricted = namespaceObjects()
      .filter(({ metadata }) => metadata?.labels?.["pod-security.kubernetes.io/enforce"] === "restricted")
      .map(({ metadata }) => metadata?.name);
    expect(restricted).toEqual(expect.arrayContaining(controllers.map(({ metadata }) => metadata?.namespace)));
  });

  it("leaves to tracing what is tracing's", () => {
    const text = JSON.stringify(objects);
    expect(text).not.toMatch(/JAVA_TOOL_OPTIONS|NODE_OPTIONS|OTEL_|opentelemetry/i);
    for (const spec of applications) {
      const deployment = deploymentOf(spec);
      expect(deployment.spec).not.toHaveProperty("replicas");
      expect(deployment.spec?.template.spec).not.toHaveProperty("initContainers");
      expect(deployment.spec?.template.metadata).not.toHaveProperty("annotations");
    }
  });

  it("never has a password or a key in an environment entry", () => {
    const entries = controllers.flatMap((controller) => containers(controller).flatMap(({ env }) => env ?? []));
    const secret = entries.filter(({ name }) => /PASS|KEY|SECRET|TOKEN/.test(name));
    expect(secret).not.toHaveLength(0);
    for (const { value } of secret) expect(value).toBeUndefined();
  });

  it("takes each account from a Secret that is made in the same namespace", () => {
    const made = accounts.flatMap(({ name, home, clients }) =>
      [home, ...clients].map((namespace) => `${namespace}/${name}`),
    );
    for (const { namespace, env } of workloads) {
      const used = env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []);
      expect(made).toEqual(expect.arrayContaining(used.map((secret) => `${namespace}/${secret}`)));
    }
  });

  it("replaces a pod with data only after its end, and one without before", () => {
    for (const spec of workloads) {
      const type = spec.data ? "Recreate" : "RollingUpdate";
      expect(deploymentOf(spec)).toMatchObject({ spec: { strategy: { type } } });
    }
  });
});

describe("Vault's manifests", () => {
  it("roll the pod when its certificate changes, and only then", () => {
    const checksum = (change: object) =>
      vaultObjects({ ...certificates, ...change }).filter(isController)[0]?.spec?.template.metadata?.annotations;
    expect(checksum({})).toEqual(checksum({}));
    expect(checksum({})).not.toEqual(checksum({ certificate: "another" }));
    expect(checksum({})).not.toEqual(checksum({ serverCa: "another" }));
  });

  it("let a sealed Vault be reached, for it is unsealed through its Service", () => {
    const front = objects.find(({ kind, metadata }) => kind === "Service" && metadata?.name === "vault");
    expect(front).toMatchObject({ spec: { publishNotReadyAddresses: true } });
  });
});

describe("readiness", () => {
  const done = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, readyReplicas: 1 };
  const at = (status: object, replicas = 1) =>
    readiness({ metadata: { generation: 2 }, spec: { replicas }, status } as V1Deployment);

  it("is there when the newest version is the only one and ready", () => {
    expect(at(done)).toEqual({ ready: true, pods: "1/1" });
    expect(at({ observedGeneration: 2 }, 0)).toEqual({ ready: true, pods: "0/0" });
  });

  it.each([
    ["its controller has not seen the newest version", { ...done, observedGeneration: 1 }, "0/1"],
    ["a pod of an older version is left", { ...done, replicas: 2 }, "1/1"],
    ["the ready pod is of an older version", { ...done, updatedReplicas: 0 }, "0/1"],
    ["the pod is not ready", { ...done, readyReplicas: 0 }, "0/1"],
    ["there is no status yet", {}, "0/1"],
  ])("is not there when %s", (_, status, pods) => {
    expect(at(status)).toEqual({ ready: false, pods });
  });
});

describe("pods that do not get ready", () => {
  const pod = (state: object, more = {}) =>
    ({ status: { containerStatuses: [{ name: "shop-api", ready: false, restartCount: 0, state, ...more }] } }) as V1Pod;

  it("are given up when waiting cannot help", () => {
    const waiting = { reason: "ErrImageNeverPull", message: "no such image" };
    expect(hopelessReason(pod({ waiting }))).toBe("container shop-api: ErrImageNeverPull: no such image");
    expect(hopelessReason(pod({ waiting: { reason: "CrashLoopBackOff" } }))).toBeUndefined();
    expect(hopelessReason(pod({ running: {} }))).toBeUndefined();
  });

  it("are replaced by the next run when the kubelet pauses before it tries again", () => {
    const stuck = (state: object) => isStuck(pod(state));
    for (const reason of ["ErrImagePull", "ImagePullBackOff", "CrashLoopBackOff"]) {
      expect(stuck({ waiting: { reason } })).toBe(true);
    }
    expect(stuck({ waiting: { reason: "ContainerCreating" } })).toBe(false);
    expect(stuck({ running: {} })).toBe(false);
  });

  it("are told by their containers, those that have done their work left aside", () => {
    expect(unreadyContainers(pod({ running: {} }))).toHaveLength(1);
    expect(unreadyContainers(pod({ running: {} }, { ready: true }))).toHaveLength(0);
    expect(unreadyContainers(pod({ terminated: { exitCode: 0 } }))).toHaveLength(0);
    expect(unreadyContainers(pod({ terminated: { exitCode: 1 } }))).toHaveLength(1);
  });
});

type Controller = V1Deployment | V1StatefulSet;

function isController(object: KubernetesObject): object is Controller {
  return object.kind === "Deployment" || object.kind === "StatefulSet";
}

function deploymentOf(spec: (typeof workloads)[number]): Controller {
  return workload(spec).find(isController)!;
}

function containers(controller: Controller) {
  return controller.spec!.template.spec!.containers;
}

describe("the ingress controller", () => {
  const role = ingressObjects().find(({ kind }) => kind === "ClusterRole") as V1ClusterRole;

  it("reads what it has to watch, and changes nothing", () => {
    const rules = role.rules!;
    expect([...new Set(rules.flatMap(({ verbs }) => verbs))].sort()).toEqual(["get", "list", "watch"]);
    expect(rules.flatMap(({ resources }) => resources ?? [])).toEqual([
      ...["services", "secrets", "configmaps", "endpointslices"],
      ...watched,
    ]);
    expect(JSON.stringify(rules)).not.toContain("*");
  });

  it("believes a client address from its own loopback alone, and on the internal entry point alone", () => {
    const trust = traefikArguments.filter((argument) => /proxyProtocol|forwardedHeaders|insecure/i.test(argument));
    expect(trust).toEqual(["--entryPoints.tracing-internal.proxyProtocol.trustedIPs=127.0.0.1/32"]);
  });

  it("follows no route into another namespace, and has no dashboard", () => {
    expect(traefikArguments).toContain("--providers.kubernetesCRD.allowCrossNamespace=false");
    expect(traefikArguments.filter((argument) => argument.startsWith("--api"))).toEqual([]);
  });
});
