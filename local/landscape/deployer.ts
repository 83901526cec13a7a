import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "@kubernetes/client-node";
import { loadAll } from "js-yaml";
import { repositoryDir } from "../paths.ts";

/** What the guide gives to whoever deploys: in a namespace of services and in the cluster, or in the stack's own namespace. */
const guides = {
  services: "deployer-kubernetes-rights.yaml",
  namespace: "deployer-kubernetes-namespace.yaml",
} as const;

/** Objects of a guide, as its administrator applies them for a user and a namespace. */
export function guideObjects(guide: keyof typeof guides, user: string, namespace: string): KubernetesObject[] {
  const text = readFileSync(join(repositoryDir, "docs/guides", guides[guide]), "utf8");
  const filled = text.replaceAll("DEPLOYER", user).replaceAll("NAMESPACE", namespace);
  return loadAll(filled) as KubernetesObject[];
}

/** All rights of whoever deploys a stack, each object once. */
export function deployerRights(
  user: string,
  { namespace, services }: { namespace: string; services: readonly string[] },
): KubernetesObject[] {
  const objects = [
    ...guideObjects("namespace", user, namespace),
    ...services.flatMap((service) => guideObjects("services", user, service)),
  ];
  const keyOf = ({ kind, metadata }: KubernetesObject) => [kind, metadata?.namespace, metadata?.name].join("/");
  return [...new Map(objects.map((object) => [keyOf(object), object])).values()];
}
