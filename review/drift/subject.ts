import { at, text } from "../consequences/consequence.ts";
import type { Inputs } from "../engine/steps.ts";

/** What people call a resource: `tracing/otel-gateway` of Kubernetes, else its name or path in Vault or Elasticsearch. */
export function subjectOf(inputs: Inputs, { name }: { readonly name: string }): string {
  const own = text(at(inputs, "metadata", "name"));
  const namespace = text(at(inputs, "metadata", "namespace"));
  if (own !== undefined) return namespace === undefined ? own : `${namespace}/${own}`;
  const keys = ["name", "username", "roleName", "path"];
  return keys.flatMap((key) => text(inputs[key]) ?? [])[0] ?? name;
}
