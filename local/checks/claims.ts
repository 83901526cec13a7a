/** Tries on the running system what a sender of spans, or a caller of a back end, may claim. */
import { z } from "zod";
import { readStack } from "../../config/stack-file.ts";
import { openViews } from "../../lib/jaeger/views.ts";
import { rogueFaults } from "./claims/rogue.ts";
import { tokenFaults } from "./claims/tokens.ts";
import { unsampledFaults } from "./claims/unsampled.ts";
import { connect, type Kubernetes } from "../landscape/kubernetes/client.ts";
import { driveOrders } from "../landscape/driver/index.ts";
import { kubeconfig, repositoryDir } from "../paths.ts";

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());
const { signal } = interrupted;

let failed = false;

function report(title: string, faults: readonly string[]): void {
  for (const fault of faults) console.error(`  ${fault}`);
  console.log(`${title}: ${faults.length === 0 ? "as it must be" : `${faults.length} faults`}`);
  failed ||= faults.length > 0;
}

/** An order that is really somebody's. */
async function realOrder(): Promise<string> {
  const [order] = await driveOrders({ count: 1, signal, onProgress: () => undefined });
  return z.uuid().parse(order?.orderId);
}

async function check(kubernetes: Kubernetes): Promise<void> {
  const { settings, landscape } = readStack("local");
  await using views = openViews(settings, repositoryDir, signal);
  const live = { kubernetes, views, groups: landscape.groups, signal };
  report("the gateway and tokens", await tokenFaults(live));
  report("callers who do not want to be recorded", await unsampledFaults(live, landscape));
  report("a pod under another's name, with a real order", await rogueFaults(live, await realOrder()));
}

process.env["KUBECONFIG"] = kubeconfig;
try {
  await check(connect());
} catch (error) {
  if (!signal.aborted) console.error(error instanceof Error ? error.message : error);
  failed = true;
}
process.exitCode = signal.aborted ? 130 : failed ? 1 : 0;
