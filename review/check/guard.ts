import * as pulumi from "@pulumi/pulumi";
import type { LivePatch } from "../../components/wiring/live-patch.ts";
import type { Context } from "../../config/context.ts";
import { AskError } from "../../lib/ask-error.ts";
import { loadKubeConfig } from "../../lib/kubeconfig.ts";
import { lookBefore, patienceMs } from "./check.ts";
import { verdictOf } from "./verdict.ts";

/**
 * What the program does before it registers anything, in `preview` and in `up`: an `up` that would fail half-way, or do
 * harm, does not begin.
 *
 * @returns by service, how its patch stands in the cluster; empty if nobody could look.
 * @throws RunError with all that is to be mended; the engine shows it without a stack trace.
 */
export async function guard(context: Context): Promise<ReadonlyMap<string, LivePatch>> {
  try {
    const { cluster } = context.settings;
    const subjects = await lookBefore(loadKubeConfig(cluster), context, AbortSignal.timeout(patienceMs));
    const { end, warnings, remarks } = verdictOf(subjects, { ...cluster, preview: pulumi.runtime.isDryRun() });
    for (const line of remarks) await pulumi.log.info(line);
    for (const line of warnings) await pulumi.log.warn(line);
    if (end !== undefined) throw new pulumi.RunError(end);
    return new Map(subjects.flatMap(({ name, patch }) => (patch ? [[name, patch] as const] : [])));
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    // A reviewer may preview without the way to the cluster; nothing can be changed without it.
    if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(error.message);
    await pulumi.log.warn(`The cluster was not looked at: ${error.message}`);
    return new Map();
  }
}
