import type { KubernetesObject } from "@kubernetes/client-node";
import { impersonating } from "../../cluster/external.ts";
import { guideObjects } from "../../landscape/deployer.ts";
import { clientsFor, type Kubernetes } from "../../landscape/kubernetes/client.ts";
import { marker } from "./names.ts";

const user = "field-deployer";

/** What the guide gives to whoever deploys, here for a user of this check and one namespace. */
export function deployerRights(namespace: string): KubernetesObject[] {
  return guideObjects("services", user, namespace)
    .map(renamed)
    .map((object) => ({ ...object, metadata: { ...object.metadata!, labels: marker } }));
}

/** Those of a real deployer may be in the same cluster. */
const renamed = (object: KubernetesObject): KubernetesObject =>
  JSON.parse(JSON.stringify(object).replaceAll("tracing-deployer", user)) as KubernetesObject;

/** Clients of a user who has these rights and no others: what the guide leaves out fails. */
export function asDeployer({ config }: Kubernetes): Kubernetes {
  return clientsFor(impersonating(config, user));
}
