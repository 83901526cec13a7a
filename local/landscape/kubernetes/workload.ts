import type {
  KubernetesObject,
  V1Container,
  V1Deployment,
  V1EnvVar,
  V1PersistentVolumeClaim,
  V1PodSecurityContext,
  V1Probe,
  V1SecurityContext,
  V1Service,
  V1ServiceAccount,
  V1Volume,
  V1VolumeMount,
} from "@kubernetes/client-node";

/** Label that selects the pods of a workload. */
export const nameLabel = "app.kubernetes.io/name";

/** What Pod Security "restricted" asks of a pod. */
export const podSecurity: V1PodSecurityContext = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };

/** What Pod Security "restricted" asks of a container, and a root file system that nobody writes to. */
export const containerSecurity: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
};

/** A part of the company with one pod. Deployment, container, Service and ServiceAccount are all called `name`. */
export interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  readonly port: number;
  readonly env: readonly V1EnvVar[];
  /** User id of the image's process. */
  readonly uid: number;
  /** Memory request and limit. A CPU limit there is not: it would make each start slow. */
  readonly memory: string;
  readonly probes: Pick<V1Container, "startupProbe" | "readinessProbe" | "livenessProbe">;
  /** Folders that it writes to and that need not outlive its pod, besides /tmp. */
  readonly scratch?: readonly string[];
  /** Folder that outlives its pod. Default: there is none. */
  readonly data?: { readonly path: string; readonly size: string };
}

/** Objects of a workload. Only what the company means to own is in them: see `apply`. */
export function workload(spec: Workload): KubernetesObject[] {
  return [
    serviceAccount(spec.name, spec.namespace),
    service(spec.name, spec.namespace, spec.port),
    ...claim(spec),
    deployment(spec),
  ];
}

/** The account of the pods called like it. Its token is mounted nowhere by itself. */
export function serviceAccount(name: string, namespace: string): V1ServiceAccount {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace, labels: labels(name) },
    automountServiceAccountToken: false,
  };
}

/** A Service in front of the pods called like it. */
export function service(name: string, namespace: string, port: number): V1Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels: labels(name) },
    spec: { selector: { [nameLabel]: name }, ports: [{ port, targetPort: port, protocol: "TCP" }] },
  };
}

/** Labels of everything that the company runs. */
export function labels(name: string): Record<string, string> {
  return { [nameLabel]: name, "app.kubernetes.io/part-of": "company" };
}

/** An environment entry whose value stands in a Secret. */
export function fromSecret(name: string, secret: string, key: string): V1EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

/** Probes over HTTP: `ready` decides about traffic, `alive` about a restart. */
export function httpProbes(port: number, ready: string, alive: string): Workload["probes"] {
  return probes({ httpGet: { path: ready, port } }, { httpGet: { path: alive, port } });
}

/** Probes with a budget of five minutes for the start: one of two busy cores may be all there is. */
export function probes(ready: V1Probe, alive: V1Probe): Workload["probes"] {
  return {
    // A part that waits for another one is alive: killing it would only make the wait longer.
    startupProbe: { ...alive, periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 150 },
    readinessProbe: { ...ready, periodSeconds: 5, timeoutSeconds: 5 },
    livenessProbe: { ...alive, periodSeconds: 20, timeoutSeconds: 10 },
  };
}

function deployment(spec: Workload): V1Deployment {
  const { name, namespace, data, uid, image, port, memory } = spec;
  const scratch: [string, string][] = ["/tmp", ...(spec.scratch ?? [])].map((path) => [volumeName(path), path]);
  const volumes: V1Volume[] = scratch.map(([volume]) => ({ name: volume, emptyDir: {} }));
  const volumeMounts: V1VolumeMount[] = scratch.map(([volume, mountPath]) => ({ name: volume, mountPath }));
  if (data) {
    volumes.push({ name: "data", persistentVolumeClaim: { claimName: name } });
    volumeMounts.push({ name: "data", mountPath: data.path });
  }
  return restrictedDeployment({
    ...{ name, namespace, image, uid, ports: [port], volumes },
    // Two pods must never open the same data; a pod without data may overlap with the one that it replaces.
    overlap: !data,
    container: {
      env: [...spec.env],
      resources: { requests: { cpu: "50m", memory }, limits: { memory } },
      ...spec.probes,
      volumeMounts,
    },
  });
}

/** One restricted pod with one container. */
export interface RestrictedDeployment {
  /** Of the Deployment, its container and its ServiceAccount. */
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  /** User id of the image's process. */
  readonly uid: number;
  readonly ports: readonly number[];
  /** Whether an old and a new pod may stand side by side. */
  readonly overlap: boolean;
  readonly container: Omit<V1Container, "name" | "image" | "ports" | "securityContext">;
  readonly volumes?: V1Volume[];
  /** Of configuration that a pod reads once: another one makes a new pod. */
  readonly checksum?: string;
  /** Whether it talks to the cluster's API. Default: it has no token. */
  readonly token?: boolean;
}

/** A Deployment of one pod that Pod Security "restricted" admits. */
export function restrictedDeployment(spec: RestrictedDeployment): V1Deployment {
  const { name, namespace, uid } = spec;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels: labels(name) },
    spec: {
      // `replicas` is left out on purpose: its default is 1, and `kubectl scale` keeps its say over the next run.
      revisionHistoryLimit: 3,
      selector: { matchLabels: { [nameLabel]: name } },
      strategy: spec.overlap
        ? { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
        : { type: "Recreate" },
      template: {
        metadata: {
          labels: labels(name),
          ...(spec.checksum !== undefined && { annotations: { "company/config-checksum": spec.checksum } }),
        },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: spec.token ?? false,
          enableServiceLinks: false,
          securityContext: { ...podSecurity, fsGroup: uid },
          containers: [
            {
              name,
              image: spec.image,
              // No registry has it; one of that name would be a stranger's.
              imagePullPolicy: "Never",
              ports: spec.ports.map((containerPort) => ({ containerPort, protocol: "TCP" })),
              securityContext: { ...containerSecurity, runAsUser: uid, runAsGroup: uid },
              ...spec.container,
            },
          ],
          ...(spec.volumes && { volumes: spec.volumes }),
        },
      },
    },
  };
}

function claim({ name, namespace, data }: Workload): V1PersistentVolumeClaim[] {
  if (!data) return [];
  return [
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace, labels: labels(name) },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: data.size } } },
    },
  ];
}

/** `/var/log/rabbitmq` → `var-log-rabbitmq`. */
function volumeName(path: string): string {
  return path.slice(1).replaceAll("/", "-");
}
