import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "@kubernetes/client-node";
import { load } from "js-yaml";
import { repositoryDir } from "../../paths.ts";

/** An object that a stack makes, or patches, in Kubernetes. */
export interface Expected {
  /** Of its resource, the last part of its place in the tree. */
  readonly name: string;
  /** Token of the resource: `kubernetes:apps/v1:DeploymentPatch`. */
  readonly type: string;
  readonly object: KubernetesObject;
}

/** Stacks whose expected resources are checked in. */
export const stacks = ["local", "dev", "prod"] as const;

/** What a stack makes in Kubernetes, by the graph of it that is checked in. */
export function expectedObjects(stack: (typeof stacks)[number]): Expected[] {
  const file = join(repositoryDir, "test/graph", `${stack}.yaml`);
  const graph = load(readFileSync(file, "utf8")) as Record<string, { type: string; inputs?: KubernetesObject }>;
  return Object.entries(graph).flatMap(([path, { type, inputs }]) =>
    type.startsWith("kubernetes:") && inputs ? [{ name: path.split("/").at(-1)!, type, object: inputs }] : [],
  );
}

/** Whether it is part of somebody else's object. */
export const isPatch = ({ type }: Expected): boolean => type.endsWith("Patch");

/** The field manager of a patch. */
export const managerOf = ({ object }: Expected): string | undefined =>
  object.metadata?.annotations?.["pulumi.com/patchFieldManager"];

/** An object without what only the engine reads. */
export function withoutHints({ object }: Expected): KubernetesObject {
  const { annotations = {}, ...metadata } = object.metadata ?? {};
  const kept = Object.entries(annotations).filter(([key]) => !key.startsWith("pulumi.com/"));
  return {
    ...object,
    metadata: { ...metadata, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) },
  };
}
