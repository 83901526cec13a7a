import { PatchStrategy, type KubernetesObject } from "@kubernetes/client-node";
import type { Kubernetes } from "../../landscape/kubernetes/client.ts";
import { message } from "../../landscape/kubernetes/client.ts";
import { attempt, type Finding } from "../findings.ts";
import { isPatch, managerOf, withoutHints, type Expected } from "./graph.ts";

export const ownManager = "rights-check";
const probe = { "order-tracing/rights-check": "changed" };

/** Each step of an object's life, as whoever deploys. */
type Step = readonly [title: string, run: (object: KubernetesObject, manager: string) => Promise<unknown>];

function stepsFor({ objects }: Kubernetes, one: Expected): Step[] {
  const apply = (object: KubernetesObject, manager: string, force: boolean) =>
    objects.patch(object, undefined, undefined, manager, force, PatchStrategy.ServerSideApply);
  const changed = (object: KubernetesObject): KubernetesObject => ({
    ...object,
    metadata: { ...object.metadata!, annotations: { ...object.metadata?.annotations, ...probe } },
  });
  const { apiVersion, kind } = one.object;
  const bare = ({ metadata }: KubernetesObject): KubernetesObject => ({
    apiVersion: apiVersion!,
    kind: kind!,
    metadata: { name: metadata!.name!, ...(metadata!.namespace !== undefined && { namespace: metadata!.namespace }) },
  });
  const takenBack: Step = ["taken back", (object, manager) => apply(bare(object), manager, true)];
  const read: Step = ["read", (object) => objects.read(bare(object) as { metadata: { name: string } })];
  const deleted: Step = ["deleted", (object) => objects.delete(bare(object))];
  if (isPatch(one)) {
    return [["patched", (object, manager) => apply(object, manager, false)], read, takenBack];
  }
  return [
    ["applied", (object, manager) => apply(object, manager, true)],
    read,
    ["changed", (object, manager) => apply(changed(object), manager, true)],
    // The namespace goes with a `destroy`, and a disk with the namespace. Its labels the deployer may not take back.
    ...(kind === "Namespace" || kind === "PersistentVolumeClaim" ? [] : [deleted]),
  ];
}

/** Takes every object of a stack through its life, one finding a kind and namespace. */
export async function tryObjects(
  deployer: Kubernetes,
  stack: string,
  expected: readonly Expected[],
): Promise<Finding[]> {
  const kinds = Map.groupBy(expected, ({ type, object }) => {
    const { namespace } = object.metadata!;
    return [type.split(":").at(-1), namespace && `in ${namespace}`].filter(Boolean).join(" ");
  });
  const findings: Finding[] = [];
  for (const [title, ones] of kinds) {
    const steps = stepsFor(deployer, ones[0]!).map(([step]) => step);
    findings.push(
      await attempt(`${stack}: ${ones.length} × ${title}`, "-", steps.join(", "), async () => {
        const refused = (await Promise.all(ones.map((one) => live(deployer, one)))).flat();
        return { found: refused.join("; ") || "all of it", good: refused.length === 0 };
      }),
    );
  }
  return findings;
}

/** @returns what was refused. */
async function live(deployer: Kubernetes, one: Expected): Promise<string[]> {
  for (const [title, run] of stepsFor(deployer, one)) {
    try {
      await run(withoutHints(one), managerOf(one) ?? ownManager);
    } catch (error) {
      return [`${one.name} not ${title}: ${message(error)}`];
    }
  }
  return [];
}
