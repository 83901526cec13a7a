import { defaultNamespace } from "../../lib/names.ts";

/**
 * Whether the settings would move a stack that is up to another namespace. It would be made anew there: the disks of
 * Elasticsearch and of the sampler cannot follow, and the old namespace is deleted with them.
 *
 * @param outputs of the stack, as its last `up` left them.
 * @param namespace that the settings say.
 * @returns what is wrong, and what to write. Undefined: nothing.
 */
export function movedNamespace(outputs: Readonly<Record<string, unknown>>, namespace: string): string | undefined {
  if (Object.keys(outputs).length === 0) return undefined;
  // Programs that had no such setting did not say it.
  const before = typeof outputs["namespace"] === "string" ? outputs["namespace"] : defaultNamespace;
  if (before === namespace) return undefined;
  return [
    `cluster.namespace: ${before} → ${namespace}: the stack is up in ${before}. It would be made anew in ${namespace}, and ${before} be deleted with`,
    "its disks: all traces of an Elasticsearch of the stack's own, and all spans that wait at the sampler. Nothing was changed.",
    `  write:   cluster: {namespace: ${before}}`,
    "  or, to lose them: `pulumi destroy` with that line, and then `pulumi up` with the other",
  ].join("\n");
}
