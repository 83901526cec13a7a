import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "@kubernetes/client-node";
import { loadAll } from "js-yaml";
import { readStack } from "../../config/stack-file.ts";
import { repositoryDir } from "../paths.ts";

/** The namespaces of a stack. */
export interface Places {
  /** Its own. */
  readonly namespace: string;
  /** Those of the services that it traces. */
  readonly services: readonly string[];
}

/** What the guide gives to whoever deploys: in a namespace of services and in the cluster, or in the stack's own namespace. */
const guides = {
  services: "deployer-kubernetes-rights.yaml",
  namespace: "deployer-kubernetes-namespace.yaml",
  /** What is cut off from both, by name of the stack's own namespace. */
  limits: "deployer-kubernetes-limits.yaml",
} as const;

/** Where the local stack is, and what it traces: services that are switched off have to be taken back, too. */
export function placesOfStack(): Places {
  const { settings, landscape } = readStack("local");
  const services = [...landscape.services, ...landscape.off.services].map(({ namespace }) => namespace);
  return { namespace: settings.cluster.namespace, services: [...new Set(services)] };
}

/** Objects of a guide, as its administrator applies them for a user and a namespace. */
export function guideObjects(guide: keyof typeof guides, user: string, namespace: string): KubernetesObject[] {
  const text = readFileSync(join(repositoryDir, "docs/guides", guides[guide]), "utf8");
  const filled = text.replaceAll("DEPLOYER", user).replaceAll("NAMESPACE", namespace);
  return loadAll(filled) as KubernetesObject[];
}

/** Whose name stands on them in the cluster: `review.fieldManagers` of the local stack knows it, so they are no drift. */
export const administrator = "platform";

/** All rights of whoever deploys a stack, each object once. */
export function deployerRights(user: string, { namespace, services }: Places): KubernetesObject[] {
  const objects = [
    ...guideObjects("namespace", user, namespace),
    ...services.flatMap((service) => guideObjects("services", user, service)),
  ];
  const keyOf = ({ kind, metadata }: KubernetesObject) => [kind, metadata?.namespace, metadata?.name].join("/");
  return [...new Map(objects.map((object) => [keyOf(object), object])).values()];
}
