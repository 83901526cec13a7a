import { z } from "zod";
import { AskError } from "../../lib/ask-error.ts";
import { stateVersion, versionOf } from "./version.ts";

/** What `pulumi stack export` writes, as far as it is changed here. All else stays as it is. */
const exported = z.looseObject({
  deployment: z.looseObject({
    pending_operations: z.array(z.unknown()).nullish(),
    resources: z
      .array(
        z.looseObject({ urn: z.string(), type: z.string(), outputs: z.record(z.string(), z.unknown()).optional() }),
      )
      .nullish(),
  }),
});
type Exported = z.infer<typeof exported>;
type Resource = NonNullable<Exported["deployment"]["resources"]>[number];

/** By the version that it starts from: what becomes of each resource. */
const steps: Record<number, (resource: Resource) => Resource> = {
  // Indices are left to their lifecycle. They leave the program and the state, and stay where they are.
  1: (resource) =>
    resource.type === "elasticstack:index/elasticsearchIndex:ElasticsearchIndex"
      ? { ...resource, retainOnDelete: true }
      : resource,
};

/**
 * Brings an exported state to what the program expects.
 *
 * @returns the state, and the names of the resources that were changed. Undefined: there is nothing to do.
 * @throws AskError if it is no state, of a newer program, or an `up` was broken off in it.
 */
export function migrated(text: string): { state: Exported; changed: string[] } | undefined {
  const state = exported.parse(JSON.parse(text));
  const { resources, pending_operations: pending } = state.deployment;
  const stack = resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
  const from = versionOf(stack?.outputs ?? {}) ?? stateVersion;
  if (from > stateVersion) {
    throw new AskError(`The state is of version ${from}, this program's is ${stateVersion}. Run the newer program.`);
  }
  if (pending?.length) {
    throw new AskError("An `up` was broken off in this state. Run `pulumi refresh` with the version of before first.");
  }
  if (!resources || !stack || from === stateVersion) return undefined;
  const after = resources.map((resource) => {
    let next = resource;
    for (let version = from; version < stateVersion; version++) next = steps[version]!(next);
    return next;
  });
  const changed = after
    .filter((resource, index) => resource !== resources[index])
    .map(({ urn }) => urn.split("::").at(-1)!);
  const versioned = after.map((resource) =>
    resource.type === stack.type ? { ...resource, outputs: { ...resource.outputs, stateVersion } } : resource,
  );
  return { state: { ...state, deployment: { ...state.deployment, resources: versioned } }, changed };
}
