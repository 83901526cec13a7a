import type { Context } from "../../config/context.ts";
import type { Service } from "../../config/landscape.ts";
import { loadKubeConfig } from "../../lib/kubeconfig.ts";
import { followRollout } from "./follow.ts";
import { report } from "./report.ts";

/**
 * What the engine does after it applied a patch: follows the rollout, and makes `up` fail at its end, with the reason, where
 * a patch had to be taken back. Other services go on.
 */
export function rolloutHook({ settings: { cluster } }: Pick<Context, "settings">): (service: Service) => Promise<void> {
  return async (service) => report(service, await followRollout(loadKubeConfig(cluster), service));
}
