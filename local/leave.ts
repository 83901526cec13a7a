import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { clusterAddress } from "./cluster/external.ts";
import { deployer } from "./cluster/settings.ts";
import { runInForeground } from "./foreground.ts";
import { connect, message, statusCode, type Kubernetes } from "./landscape/kubernetes/client.ts";
import { placesOfStack } from "./landscape/deployer.ts";
import { removeIngress } from "./landscape/ingress/deploy.ts";
import { namespaces } from "./landscape/namespaces.ts";
import { takeRights } from "./landscape/rights.ts";
import { backendDir, stateDir } from "./paths.ts";
import { waitFor } from "./wait.ts";

/**
 * Takes the stack and the company out of a cluster of the user's own, and forgets it. The images that were loaded stay on
 * its nodes; this machine, which may be one of them, is left alone.
 *
 * @throws if the cluster does not answer, or the stack cannot be destroyed; it can be run again
 */
export async function leaveCluster(signal: AbortSignal): Promise<void> {
  const kubernetes = connect();
  await kubernetes.core.listNamespace().catch((error: unknown) => {
    const what = `The cluster ${clusterAddress()} does not answer: ${message(error)}`;
    throw new Error(`${what}\nIf it is no more, forget it: rm -r ${stateDir}`, { cause: error });
  });
  if (existsSync(join(backendDir, ".pulumi/stacks/order-tracing/local.json"))) {
    await runInForeground("pulumi", ["destroy", "--stack", "local", "--yes", "--skip-preview"], signal);
  }
  const places = placesOfStack();
  await takeRights(kubernetes, deployer, places);
  // The stack's own is there for the rights in it, also where there never was a stack.
  for (const name of [places.namespace, ...namespaces]) {
    console.log(`removing namespace ${name}`);
    await removeNamespace(kubernetes, name, signal);
  }
  await removeIngress(kubernetes);
  await rm(stateDir, { recursive: true });
}

async function removeNamespace({ core }: Kubernetes, name: string, signal: AbortSignal): Promise<void> {
  const isGone = (error: unknown) => {
    if (statusCode(error) === 404) return true;
    throw new Error(`Namespace ${name} cannot be removed: ${message(error)}`, { cause: error });
  };
  await core.deleteNamespace({ name }).then(() => false, isGone);
  await waitFor(() => core.readNamespace({ name }).then(() => false, isGone), { every: 1000, signal });
}
