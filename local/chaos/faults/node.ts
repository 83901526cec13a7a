import { AskError } from "../../../lib/ask-error.ts";
import { defaultNamespace as namespace } from "../../../lib/names.ts";
import { isReady } from "../../../lib/pods.ts";
import { waitFor } from "../../wait.ts";
import { killPod, untilStartedAgain } from "../processes.ts";
import { hold, type Live } from "./live.ts";

/** All that a node runs has to start again beside each other, milliseconds. */
const patienceMs = 600_000;

/**
 * All pods of the stack and of the back ends end at once, as when their node loses its power: with the processes that hold their
 * networks, so that they get new addresses, and their init containers run again. What a disk of the node had not yet written is
 * not lost by that: this cannot show whether it was asked to.
 *
 * @param homes namespaces of the back ends.
 */
export async function nodeRestarted(live: Live, homes: readonly string[]): Promise<void> {
  const { core } = live.kubernetes;
  const lists = await Promise.all(
    [...new Set([namespace, ...homes])].map((home) => core.listNamespacedPod({ namespace: home })),
  );
  const pods = lists.flatMap(({ items }) => items).filter(({ status }) => status?.phase === "Running");
  for (const pod of pods) killPod(pod);
  live.progress(`${pods.length} pods were killed`);
  for (const pod of pods) {
    await untilStartedAgain(live.kubernetes, pod, { container: undefined, signal: live.signal });
  }
  const waiting = async () => {
    const found = await Promise.all(
      pods.map(({ metadata }) => core.readNamespacedPod({ namespace: metadata!.namespace!, name: metadata!.name! })),
    );
    return found.every(isReady);
  };
  if (!(await waitFor(waiting, { limit: patienceMs, every: 2_000, signal: live.signal })))
    throw new AskError("Not all pods get ready again.");
  live.progress("all pods are ready again");
  await hold(live);
}
