import { at, kindOf, text } from "../consequences/consequence.ts";
import type { Inputs } from "../engine/steps.ts";

const homes: Record<string, string> = { vault: "Vault", elasticstack: "Elasticsearch" };

/** What kind of thing it is, with its home outside of Kubernetes: `NetworkPolicy`, `Vault policy`, `Elasticsearch security role`. */
export function kindName(resource: { readonly type: string }): string {
  const kind = kindOf(resource);
  const home = homes[resource.type.split(":")[0]!];
  if (home === undefined) return kind.replace(/Patch$/, "");
  const words = kind.replace(/^Elasticsearch/, "").replaceAll(/(?<=[a-z])[A-Z]/g, " $&");
  return `${home} ${words.toLowerCase()}`;
}

/** What people call a resource: `tracing/otel-gateway` of Kubernetes, else its name or path in Vault or Elasticsearch. */
export function subjectOf(inputs: Inputs, { name }: { readonly name: string }): string {
  const own = text(at(inputs, "metadata", "name"));
  const namespace = text(at(inputs, "metadata", "namespace"));
  if (own !== undefined) return namespace === undefined ? own : `${namespace}/${own}`;
  const keys = ["name", "username", "roleName", "path"];
  return keys.flatMap((key) => text(inputs[key]) ?? [])[0] ?? name;
}
