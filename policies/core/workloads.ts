import { objectsOf } from "./objects.ts";
import type { KubernetesObject } from "./objects.ts";
import { isRecord, join, list, recordsIn, remembered, text, within } from "./value.ts";
import type { Json } from "./value.ts";
import type { Resource } from "./resource.ts";

export interface Container {
  readonly name: string;
  readonly spec: Json;
  readonly path: string;
  /** A sidecar is an init container that stays (`restartPolicy: Always`). */
  readonly role: "main" | "init" | "sidecar" | "ephemeral";
  /** It adds to a container of somebody else: what it does not say is there already. */
  readonly partial: boolean;
}

/** A pod, whatever makes it. */
export interface Workload {
  readonly object: KubernetesObject;
  readonly pod: Json;
  /** Where the pod's `spec` is in the resource's inputs. */
  readonly path: string;
  /** It says only a part of the pod, as a patch or a chart's values do. */
  readonly partial: boolean;
  readonly containers: readonly Container[];
}

/** Where a pod is that says nothing of its containers, as a patch need not. */
const isPod = ({ kind, path: at }: KubernetesObject, path: string): boolean =>
  /podTemplate\.spec$/.test(path) ||
  (/^(?:Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob)$/.test(kind) && /\btemplate\.spec$/.test(path)) ||
  (kind === "Pod" && path === join(at, "spec"));

const hasContainers = (pod: Json): boolean => containerKeys.some((key) => list(pod[key]).some(isRecord));
const containerKeys = ["containers", "initContainers", "ephemeralContainers"];

/** The pods of Deployments and their like, of custom resources that hold a template, and of charts. */
export const workloadsOf = remembered((resource: Resource): Workload[] =>
  objectsOf(resource).flatMap((object) =>
    [...recordsIn(object.body, object.path)]
      .filter(({ value, path }) => hasContainers(value) || isPod(object, path))
      .map(({ value: pod, path }) => {
        return {
          object,
          pod,
          path,
          partial: object.patch || object.chart || !hasContainers(pod),
          containers: containersOf(object, pod, path),
        };
      }),
  ),
);

function containersOf(object: KubernetesObject, pod: Json, path: string): Container[] {
  const of = (key: string, role: (spec: Json) => Container["role"]) =>
    list(pod[key])
      .map((spec, index) => ({ spec, path: within(path, key, index) }))
      .filter((container): container is { spec: Json; path: string } => isRecord(container.spec))
      .map(({ spec, path }) => ({
        name: text(spec["name"]) ?? "",
        spec,
        path,
        role: role(spec),
        partial: object.chart || (object.patch && spec["image"] === undefined),
      }));
  return [
    ...of("containers", () => "main"),
    ...of("initContainers", (spec) => (spec["restartPolicy"] === "Always" ? "sidecar" : "init")),
    ...of("ephemeralContainers", () => "ephemeral"),
  ];
}
