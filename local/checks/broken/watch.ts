import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "../../../config/landscape.ts";
import type { Kubernetes } from "../../landscape/kubernetes/client.ts";

/** What was seen of a workload while something went on. */
export interface Watched {
  /** Looks at it, and those in which no pod was available. */
  looks: number;
  away: number;
}

/** Looks at a service every second while the work goes on. */
export async function watching<T>(
  { apps }: Kubernetes,
  { namespace, deployment: name }: Service,
  work: () => Promise<T>,
): Promise<{ result: T; seen: Watched }> {
  const seen = { looks: 0, away: 0 };
  const over = new AbortController();
  const look = async () => {
    while (!over.signal.aborted) {
      // What the API server does not answer was not seen.
      const workload = await apps.readNamespacedDeployment({ name, namespace }).catch(() => undefined);
      if (workload) {
        seen.looks++;
        if (!workload.status?.availableReplicas) seen.away++;
      }
      await sleep(1000, undefined, { signal: over.signal }).catch(() => undefined);
    }
  };
  const looking = look();
  try {
    return { result: await work(), seen };
  } finally {
    over.abort();
    await looking;
  }
}
