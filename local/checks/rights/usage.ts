import type { KubernetesObject, V1PolicyRule } from "@kubernetes/client-node";
import { resourceName, type Request } from "./audit-log.ts";

/** A resource and a verb, as people read them: `apps/deployments: patch`. */
type Right = string;

const right = (what: string, verb: string): Right => `${what}: ${verb}`;

/** The rights that roles give. */
export function rightsIn(objects: readonly KubernetesObject[]): Right[] {
  const rules = objects.flatMap((object) => (object as { rules?: V1PolicyRule[] }).rules ?? []);
  return rules.flatMap(({ apiGroups = [], resources = [], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => right(resourceName(group, resource), verb))),
    ),
  );
}

/** The rights that requests have used. To apply what is not there asks for `create` as well, and is one request. */
export function rightsUsedBy(requests: readonly Request[]): Set<Right> {
  return new Set(
    requests
      .filter(({ code }) => code === undefined || code < 400)
      .flatMap(({ what, verb, code }) => [right(what, verb), ...(code === 201 ? [right(what, "create")] : [])]),
  );
}

/** Requests that were refused for want of a right, each kind once. */
export function refusals(requests: readonly Request[]): Right[] {
  const refused = requests.filter(({ code }) => code === 403);
  return [
    ...new Set(
      refused.map(({ what, verb, namespace }) => `${right(what, verb)}${namespace ? ` in ${namespace}` : ""}`),
    ),
  ];
}
