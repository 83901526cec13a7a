import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import type { Service } from "../../config/landscape.ts";
import { loadKubeConfig } from "../../lib/kubeconfig.ts";
import { followRollout } from "./follow.ts";
import { sayOutcome } from "./outcome.ts";

/**
 * What the engine does after it applied a patch: follows the rollout, and makes `up` fail at its end, with the reason, where
 * a patch had to be taken back. Other services go on.
 */
export function rolloutHook({ settings: { cluster } }: Pick<Context, "settings">): (service: Service) => Promise<void> {
  return async (service) => {
    const outcome = await followRollout(loadKubeConfig(cluster), service);
    const said = sayOutcome(service, outcome);
    if (said) await pulumi.log[said.level](said.text);
  };
}
