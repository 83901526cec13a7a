import * as pulumi from "@pulumi/pulumi";
import type { LivePatch } from "../../components/wiring/live-patch.ts";
import type { Context } from "../../config/context.ts";
import { AskError } from "../../lib/ask-error.ts";
import { loadKubeConfig } from "../../lib/kubeconfig.ts";
import { lookBefore, patienceMs } from "./check.ts";
import { blocks, lines, mustStop } from "./report.ts";

/**
 * What the program does before it registers anything, in `preview` and in `up`: an `up` that would fail half-way, or do
 * harm, does not begin.
 *
 * @returns by service, how its patch stands in the cluster; empty if nobody could look.
 * @throws RunError with all that is to be mended; the engine shows it without a stack trace.
 */
export async function guard(context: Context): Promise<ReadonlyMap<string, LivePatch>> {
  try {
    const kubeConfig = loadKubeConfig(context.settings.cluster);
    const subjects = await lookBefore(kubeConfig, context, AbortSignal.timeout(patienceMs));
    const stops = lines(subjects, ["stop"]);
    const blocked = lines(subjects, ["unread"], blocks);
    // A reviewer may have fewer rights than whoever applies the change: a preview goes on.
    if (blocked.length > 0 && !pulumi.runtime.isDryRun())
      throw new pulumi.RunError(
        ["This run may not do what it would have to. Nothing was changed.", ...blocked].join("\n"),
      );
    for (const line of lines(subjects, ["unread"], (finding) => !blocks(finding))) await pulumi.log.info(line);
    for (const line of blocked) await pulumi.log.warn(line);
    for (const line of lines(subjects, ["note"])) await pulumi.log.warn(line);
    const patches = new Map(subjects.flatMap(({ name, patch }) => (patch ? [[name, patch] as const] : [])));
    if (!mustStop(subjects)) return patches;
    const text = ["The cluster is not as the stack needs it. Nothing was changed.", ...stops].join("\n");
    if (context.settings.cluster.check === "stop") throw new pulumi.RunError(text);
    await pulumi.log.warn(text);
    return patches;
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    // A reviewer may preview without the way to the cluster; nothing can be changed without it.
    if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(error.message);
    await pulumi.log.warn(`The cluster was not looked at: ${error.message}`);
    return new Map();
  }
}
