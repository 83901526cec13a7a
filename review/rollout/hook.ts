import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import type { Service } from "../../config/landscape.ts";
import { loadKubeConfig } from "../../lib/kubeconfig.ts";
import { followRollout } from "./follow.ts";

/**
 * What the engine does after it applied a patch: follows the rollout, and makes `up` fail at its end, with the reason, where
 * a patch had to be taken back. Other services go on.
 */
export function rolloutHook({ settings: { cluster } }: Pick<Context, "settings">): (service: Service) => Promise<void> {
  return async (service) => {
    const outcome = await followRollout(loadKubeConfig(cluster), service);
    if (outcome.state === "not known")
      await pulumi.log.warn(`${service.id}: whether its pods start cannot be told: ${outcome.reason}`);
    if (outcome.state === "taken back")
      await pulumi.log.error(
        [
          `${service.id}: its pods did not start with the instrumentation, so it was taken back: the application runs as before, without traces.`,
          `  why:     ${outcome.reason}`,
          `  write:   services: {${service.id}: {enabled: false}}   # until it is mended; the next up tries it again`,
        ].join("\n"),
      );
  };
}
