import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import { failAtEnd } from "./fail-at-end.ts";

/**
 * Waits after a change of a StatefulSet until its pods are new and ready. The provider takes the status of the pods before the
 * change for an answer (it does not look at `observedGeneration`), and then what depends on Elasticsearch finds nobody there.
 */
export function rolledOutHook(
  name: string,
  { settings }: Pick<Context, "settings">,
  { workload, minutes }: { workload: string; minutes: number },
): pulumi.ResourceHook {
  return new pulumi.ResourceHook(`${name}-rolled-out`, async () => {
    // Not at the top: whoever only plans or registers, as tests do, needs no client of a cluster.
    const { loadKubeConfig } = await import("../../lib/kubeconfig.ts");
    const { untilRolledOut } = await import("../../lib/rollout.ts");
    let last = "";
    const progress = (message: string) => {
      if (message !== last) void pulumi.log.info(`${workload}: ${message}`, undefined, undefined, true);
      last = message;
    };
    const reference = { namespace: settings.cluster.namespace, name: workload };
    const waiting = { progress, limitMs: minutes * 60_000 };
    await untilRolledOut(loadKubeConfig(settings.cluster), reference, waiting).catch((error: unknown) =>
      failAtEnd((error as Error).message),
    );
  });
}
