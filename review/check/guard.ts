import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../config/context.ts";
import { AskError } from "../../lib/ask-error.ts";
import { loadKubeConfig } from "../../lib/kubeconfig.ts";
import { lookBefore, patienceMs } from "./check.ts";
import { lines, mustStop } from "./report.ts";

/**
 * What the program does before it registers anything, in `preview` and in `up`: an `up` that would fail half-way, or do
 * harm, does not begin.
 *
 * @throws RunError with all that is to be mended; the engine shows it without a stack trace.
 */
export async function guard(context: Context): Promise<void> {
  try {
    const kubeConfig = loadKubeConfig(context.settings.cluster);
    const subjects = await lookBefore(kubeConfig, context, AbortSignal.timeout(patienceMs));
    const stops = lines(subjects, ["stop"]);
    for (const line of lines(subjects, ["unread"])) await pulumi.log.info(line);
    for (const line of lines(subjects, ["note"])) await pulumi.log.warn(line);
    if (!mustStop(subjects)) return;
    const text = ["The cluster is not as the stack needs it. Nothing was changed.", ...stops].join("\n");
    if (context.settings.cluster.check === "stop") throw new pulumi.RunError(text);
    await pulumi.log.warn(text);
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    // A reviewer may preview without the way to the cluster; nothing can be changed without it.
    if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(error.message);
    await pulumi.log.warn(`The cluster was not looked at: ${error.message}`);
  }
}
