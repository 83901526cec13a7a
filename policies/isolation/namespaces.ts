import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { objectsOf } from "../core/objects.ts";
import { at, text, within } from "../core/value.ts";

/** Kinds that stand in a namespace; of a kind that is not here nothing is said. */
const namespaced =
  /^(?:Pod|Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob|Service|ConfigMap|Secret|ServiceAccount|PersistentVolumeClaim|Role|RoleBinding|NetworkPolicy|Ingress|PodDisruptionBudget|HorizontalPodAutoscaler|IngressRoute(?:TCP|UDP)?|Middleware(?:TCP)?|Gateway|HTTPRoute|GRPCRoute|TLSRoute|TCPRoute|UDPRoute)$/;

export const defaultNamespace = forResources({
  name: "isolation-default-namespace",
  description: "Nothing is put into `default` or into the namespaces of Kubernetes itself.",
  severity: "medium",
  remediation:
    "Set `metadata.namespace` to a namespace of its own: rights, limits and network policies are by namespace.",
  config: z.strictObject({}),
  judge: (resource) =>
    objectsOf(resource)
      .filter(({ kind, namespace = "default" }) => namespaced.test(kind) && /^(?:default|kube-.*)$/.test(namespace))
      .map(({ path, namespace, chart }) => ({
        path: chart ? "namespace" : within(path, "metadata", "namespace"),
        message:
          namespace === undefined ? "is missing, which is default; name one" : `is ${namespace}; name another one`,
      })),
});

export const namespaceStandard = forResources({
  name: "isolation-namespace-standard",
  description: "A namespace has the API server keep its pods to the Pod Security Standard `restricted`.",
  severity: "high",
  remediation: "Set the label `pod-security.kubernetes.io/enforce: restricted`.",
  config: z.strictObject({
    baseline: z
      .array(z.string())
      .default([])
      .meta({ description: "Namespaces whose pods need more, for which `baseline` is enough" }),
  }),
  judge: (resource, { config }) =>
    objectsOf(resource)
      .filter(({ kind }) => kind === "Namespace")
      .flatMap(({ name, body, path, patch }) => {
        const key = "pod-security.kubernetes.io/enforce";
        const level = text(at(body, "metadata", "labels", key));
        const right =
          (patch && level === undefined) ||
          level === "restricted" ||
          (level === "baseline" && config.baseline.includes(name));
        return right
          ? []
          : [{ path: within(path, "metadata", "labels", key), message: `is ${level ?? "missing"}; write restricted` }];
      }),
});
