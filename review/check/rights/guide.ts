import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { projectDir } from "../../../config/stack-file.ts";

/** Files that an administrator applies for whoever deploys. */
export const guides = {
  /** In the stack's own namespace. */
  own: "docs/guides/deployer-kubernetes-namespace.yaml",
  /** In a namespace of services, and in the cluster. */
  services: "docs/guides/deployer-kubernetes-rights.yaml",
} as const;

/** What a rule of Kubernetes gives for one kind of object. */
export interface KindRule {
  /** Of the API; "": the first one. */
  group: string;
  /** For example `configmaps`. */
  resource: string;
  verbs: readonly string[];
}

interface Role {
  kind: string;
  metadata: { name: string };
  rules?: readonly { apiGroups: readonly string[]; resources: readonly string[]; verbs: readonly string[] }[];
}

/** The rules of a role in one of the files, by kind of object. */
export function rulesOf(guide: keyof typeof guides, role: { kind: string; name: string }): KindRule[] {
  const objects = loadAll(readFileSync(join(projectDir, guides[guide]), "utf8")) as Role[];
  const found = objects.find(({ kind, metadata }) => kind === role.kind && metadata.name === role.name);
  if (!found?.rules) throw new Error(`${guides[guide]} has no ${role.kind} ${role.name}`);
  return found.rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.map((resource) => ({ group, resource, verbs }))),
  );
}

/** Command that gives the rights of a file to a user. */
export function giveRights(guide: keyof typeof guides, user: string, namespace: string): string {
  return `sed 's/DEPLOYER/${user}/; s/NAMESPACE/${namespace}/' ${guides[guide]} | kubectl apply --server-side --field-manager=platform -f -`;
}
