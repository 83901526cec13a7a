import { administrator, deployerRights, type Places } from "./deployer.ts";
import { apply, statusCode, type Kubernetes } from "./kubernetes/client.ts";

/** Gives a user the rights of whoever deploys. */
export async function giveRights(kubernetes: Kubernetes, user: string, places: Places): Promise<void> {
  for (const object of deployerRights(user, places)) await apply(kubernetes, object, administrator);
}

/** Takes them away again; the namespaces stay. */
export async function takeRights({ objects }: Kubernetes, user: string, places: Places): Promise<void> {
  for (const object of deployerRights(user, places)) {
    if (object.kind === "Namespace") continue;
    await objects.delete(object).catch((error: unknown) => {
      if (statusCode(error) !== 404) throw error;
    });
  }
}
