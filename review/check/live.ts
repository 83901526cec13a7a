import type {
  V1ConfigMap,
  V1Container,
  V1Deployment,
  V1LimitRange,
  V1Namespace,
  V1NetworkPolicy,
  V1Pod,
  V1ResourceQuota,
  VersionInfo,
} from "@kubernetes/client-node";
import type { Service } from "../../config/landscape.ts";
import type { Answer } from "./answer.ts";
import type { Issuer } from "./issuer.ts";

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
  workload: Answer<V1Deployment>;
  namespace: Answer<V1Namespace>;
  /** What else is there, where the Deployment is not: `Deployment web`, `StatefulSet mes-api`. */
  neighbours: Answer<string[]>;
  /** By name: those from which the container takes variables. */
  configMaps: ReadonlyMap<string, Answer<V1ConfigMap>>;
  /** The one that the stack makes. */
  ownConfig: Answer<V1ConfigMap>;
  policies: Answer<V1NetworkPolicy[]>;
  quotas: Answer<V1ResourceQuota[]>;
  limits: Answer<V1LimitRange[]>;
  pods: Answer<V1Pod[]>;
}

/** The container that is to be instrumented. */
export function containerOf(workload: V1Deployment, service: Pick<Service, "container">): V1Container | undefined {
  return workload.spec?.template.spec?.containers.find(({ name }) => name === service.container);
}
