import type {
  V1ConfigMap,
  V1Container,
  V1LimitRange,
  V1Namespace,
  V1NetworkPolicy,
  V1Pod,
  V1ResourceQuota,
  V2HorizontalPodAutoscaler,
  VersionInfo,
} from "@kubernetes/client-node";
import type { Service } from "../../config/landscape.ts";
import type { Answer } from "./answer.ts";
import type { Issuer } from "./issuer.ts";
import type { LiveWorkload } from "./workload.ts";

/** The cluster, and what of the stack is in it. */
export interface LiveCluster {
  version: Answer<VersionInfo>;
  /** The namespace whose uid stands for the cluster. */
  system: Answer<V1Namespace>;
  /** The stack's own namespace. */
  own: Answer<V1Namespace>;
  /** JSON documents. */
  issuer: Answer<string>;
  keys: Answer<string>;
  /** What the issuer shows everybody. Undefined: the stack has the keys in a file. */
  shown?: Issuer | undefined;
}

/** One existing service. */
export interface LiveService {
  workload: Answer<LiveWorkload>;
  namespace: Answer<V1Namespace>;
  /** What else is there, where the workload is not: `Deployment web`, `StatefulSet mes-api`. */
  neighbours: Answer<string[]>;
  /** By name: those from which the container takes variables. */
  configMaps: ReadonlyMap<string, Answer<V1ConfigMap>>;
  /** The one that the stack makes. */
  ownConfig: Answer<V1ConfigMap>;
  policies: Answer<V1NetworkPolicy[]>;
  quotas: Answer<V1ResourceQuota[]>;
  limits: Answer<V1LimitRange[]>;
  pods: Answer<V1Pod[]>;
  autoscalers: Answer<V2HorizontalPodAutoscaler[]>;
  /** Processors of the nodes on which the pods run, for example `amd64`. Read only where the instrumentation depends on it. */
  architectures: Answer<string[]>;
  /** Ports that its agent is to have, and on which something listens in a running pod. */
  takenPorts: Answer<number[]>;
}

/** The container that is to be instrumented. */
export function containerOf(workload: LiveWorkload, service: Pick<Service, "container">): V1Container | undefined {
  return workload.spec?.template.spec?.containers.find(({ name }) => name === service.container);
}
