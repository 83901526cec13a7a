import { altered, changed, ours, reconfigured, theirs } from "./resources.ts";
import type { Resource } from "../../policies/core/resource.ts";

/** One defect: which policy refuses it, what its message says, and the same without the defect. */
export interface Case {
  readonly policy: string;
  readonly defect: string;
  readonly bad: Resource;
  readonly good: Resource;
  readonly says: string;
}

export type Keys = readonly (string | number)[];

/** Of our own: a change of the inputs. */
export const own = (policy: string, defect: string, name: string, keys: Keys, value: unknown, says: string): Case => ({
  policy,
  defect,
  bad: changed(name, keys, value),
  good: ours(name),
  says,
});

/** Of our own: a change of the configuration inside. */
export const configured = (
  policy: string,
  defect: string,
  name: string,
  keys: Keys,
  value: unknown,
  says: string,
  file?: string,
): Case => ({
  policy,
  defect,
  bad: reconfigured(name, keys, value, file),
  good: ours(name),
  says,
});

/** What others write, with the change that makes it bad. */
export const other = (
  policy: string,
  defect: string,
  type: string,
  good: Record<string, unknown>,
  keys: Keys,
  value: unknown,
  says: string,
): Case => ({
  policy,
  defect,
  bad: theirs(type, altered(good, keys, value)),
  good: theirs(type, good),
  says,
});

/** An object of a kind that others define. */
export const custom = (
  policy: string,
  defect: string,
  [apiVersion, kind]: readonly [string, string],
  spec: Record<string, unknown>,
  keys: Keys,
  value: unknown,
  says: string,
): Case =>
  other(
    policy,
    defect,
    `kubernetes:${apiVersion}:${kind}`,
    { apiVersion, kind, metadata: { name: "x", namespace: "tracing" }, spec },
    ["spec", ...keys],
    value,
    says,
  );

/** A file or a value in a ConfigMap. */
export const inConfigMap = (
  policy: string,
  defect: string,
  key: string,
  good: string,
  bad: string,
  says: string,
): Case =>
  other(
    policy,
    defect,
    "kubernetes:core/v1:ConfigMap",
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "tracing" }, data: { [key]: good } },
    ["data", key],
    bad,
    says,
  );

/** A program's configuration in a ConfigMap. */
export const inFile = (
  policy: string,
  defect: string,
  good: object,
  bad: object,
  says: string,
  file = "config.yaml",
): Case => inConfigMap(policy, defect, file, JSON.stringify(good), JSON.stringify(bad), says);

/** One annotation of an Ingress. @param value undefined: it is left out. */
export const annotated = (
  ingress: Record<string, unknown>,
  policy: string,
  key: string,
  value: string | undefined,
  says: string,
): Case =>
  other(
    policy,
    `${key}: ${value ?? "its default"}`,
    "kubernetes:networking.k8s.io/v1:Ingress",
    ingress,
    ["metadata", "annotations", key],
    value,
    says,
  );

/** The values of a chart. */
export const charted = (policy: string, defect: string, good: object, bad: object, says: string): Case =>
  other(
    policy,
    defect,
    "kubernetes:helm.sh/v3:Release",
    { chart: "jaeger", name: "jaeger", namespace: "tracing", values: good },
    ["values"],
    bad,
    says,
  );
