import { Listr, type ListrTask } from "listr2";
import { deployer } from "../cluster/settings.ts";
import { applications } from "./applications.ts";
import { ensureCredentials } from "./credentials.ts";
import { placesOfStack } from "./deployer.ts";
import { applyIdentity } from "./identity/deploy.ts";
import * as identity from "./identity/settings.ts";
import { applyIngress } from "./ingress/deploy.ts";
import * as ingress from "./ingress/settings.ts";
import { apply, connect, type Kubernetes } from "./kubernetes/client.ts";
import { waitUntilReady } from "./kubernetes/wait.ts";
import { workload } from "./kubernetes/workload.ts";
import { namespaceObjects } from "./namespaces.ts";
import { giveRights } from "./rights.ts";
import { stores } from "./stores.ts";
import { applyVault, ensureCompanyCa, openCorporateVault } from "./vault/deploy.ts";

export { landscapeStatus } from "./status.ts";

/**
 * Brings up the company as it is without tracing: namespaces, stores, back ends, the corporate Vault and its CA, the
 * sign-in and the ingress controller.
 * A second run changes nothing but what is missing, stopped or out of date, and unseals Vault if it was restarted.
 *
 * @param signal ends the work; what is done by then stays and the next run goes on from there
 * @throws if something does not get ready; the message quotes events and logs
 */
export async function deployLandscape(signal: AbortSignal): Promise<void> {
  await new Listr(landscapeTasks(signal), {
    rendererOptions: { collapseSubtasks: false },
    // Its own way with Ctrl-C is to exit at once.
    registerSignalListeners: false,
  }).run();
}

/** The steps of {@link deployLandscape}, to be shown among others. */
function landscapeTasks(ending: AbortSignal): ListrTask[] {
  let kubernetes: Kubernetes;
  // The first step that fails ends those beside it: nobody would see how they go on.
  const failure = new AbortController();
  const signal = AbortSignal.any([ending, failure.signal]);
  const step = (title: string, work: (report: (state: string) => void) => Promise<void>): ListrTask => ({
    title,
    task: async (_context, task) => {
      signal.throwIfAborted();
      const report = (state: string) => (task.output = state);
      try {
        await work(report);
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    },
  });
  const deploy = ({ name, namespace }: { name: string; namespace: string }) =>
    step(name, (report) =>
      waitUntilReady(kubernetes, { kind: "Deployment", namespace, name }, { signal, onProgress: report }),
    );
  return [
    step("Company CA, namespaces, accounts and rights", async () => {
      kubernetes = connect();
      await ensureCompanyCa();
      for (const object of namespaceObjects()) await apply(kubernetes, object);
      await ensureCredentials(kubernetes);
      await giveRights(kubernetes, deployer, placesOfStack());
    }),
    step("Manifests of stores, back ends, Vault, sign-in and ingress", async () => {
      await applyVault(kubernetes);
      await applyIdentity(kubernetes);
      await applyIngress(kubernetes, signal);
      for (const object of [...stores, ...applications].flatMap(workload)) await apply(kubernetes, object);
    }),
    {
      title: "They get ready",
      task: (_context, task) =>
        task.newListr(
          [
            step("vault", (report) => openCorporateVault(kubernetes, { signal, onProgress: report })),
            ...stores.map(deploy),
            ...applications.map(deploy),
            ...[identity, ingress].map(deploy),
          ],
          { concurrent: true },
        ),
    },
  ];
}
