/** By type: its fields, or what it stands for. A field's type is one word, see `extract.ts`. */
export type Schema = Record<string, Record<string, string> | string>;

/** Type in the schema of each kind that the project makes, by its token in the engine without `kubernetes:`. */
export const roots: Readonly<Record<string, string>> = {
  "apps/v1:Deployment": "io.k8s.api.apps.v1.Deployment",
  "apps/v1:DeploymentPatch": "io.k8s.api.apps.v1.Deployment",
  "apps/v1:StatefulSet": "io.k8s.api.apps.v1.StatefulSet",
  "core/v1:ConfigMap": "io.k8s.api.core.v1.ConfigMap",
  "core/v1:Namespace": "io.k8s.api.core.v1.Namespace",
  "core/v1:PersistentVolumeClaim": "io.k8s.api.core.v1.PersistentVolumeClaim",
  "core/v1:Service": "io.k8s.api.core.v1.Service",
  "core/v1:ServiceAccount": "io.k8s.api.core.v1.ServiceAccount",
  "networking.k8s.io/v1:NetworkPolicy": "io.k8s.api.networking.v1.NetworkPolicy",
  "policy/v1:PodDisruptionBudget": "io.k8s.api.policy.v1.PodDisruptionBudget",
};

/**
 * What of a value the schema does not know, or has another type for.
 *
 * @param type one word of the schema.
 * @returns for example `spec.template.spec.hostUsers: is no field`.
 */
export function faults(schema: Schema, type: string, value: unknown, path = ""): string[] {
  const at = (key: string | number) => (path ? `${path}.${key}` : String(key));
  if (type.startsWith("[]")) {
    if (!Array.isArray(value)) return [`${path}: is no list`];
    return value.flatMap((each, index) => faults(schema, type.slice(2), each, at(index)));
  }
  if (type.startsWith("{}")) {
    return Object.entries(value as object).flatMap(([key, each]) => faults(schema, type.slice(2), each, at(key)));
  }
  if (type.startsWith("#")) {
    const definition = schema[type.slice(1)];
    if (definition === undefined) return [`${path}: is of ${type}, which is not in the schema`];
    if (typeof definition === "string") return faults(schema, definition, value, path);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${path}: is no object`];
    return Object.entries(value).flatMap(([key, each]) => {
      const field = definition[key];
      return field === undefined ? [`${at(key)}: is no field`] : faults(schema, field, each, at(key));
    });
  }
  const kinds: Readonly<Record<string, string>> = { string: "string", numeric: "number", boolean: "boolean" };
  const wanted = kinds[type];
  return wanted === undefined || typeof value === wanted ? [] : [`${path}: is a ${typeof value}, not a ${wanted}`];
}
