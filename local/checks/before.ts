/**
 * Whether what an `up` would fail by is said before anything changes: on a real Vault, from one without keys to one in which the
 * bootstrap command was run, and on an API server of its own. Needs no cluster.
 */
import { join } from "node:path";
import { readStack } from "../../config/stack-file.ts";
import { startControlPlane } from "../cluster/control-plane.ts";
import { settle } from "../bench/preview/company.ts";
import { tryCase } from "./before/case.ts";
import { rightsCases } from "./before/rights-cases.ts";
import { roomCases, roomControllers } from "./before/room-cases.ts";
import { tryUp } from "./before/up.ts";
import { vaultCases } from "./before/vault-cases.ts";
import { runToEnd } from "./collector/cases.ts";
import { atEnd, newFolder } from "./collector/process.ts";
import { withoutFiles } from "./context.ts";
import { print, type Finding } from "./findings.ts";

/** Milliseconds for all of it. */
const longest = 10 * 60_000;

await runToEnd(async () => {
  const local = withoutFiles(readStack("local"));
  console.error("  starting Vault and a control plane");
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(longest)]);
  const starting = startControlPlane(await newFolder(), signal, { controllers: roomControllers });
  atEnd(async () => {
    ending.abort();
    const started = await starting.catch(() => undefined);
    await started?.[Symbol.asyncDispose]();
  });
  const [inVault, plane] = await Promise.all([vaultCases(local), starting]);
  await settle(plane.kubeconfig, local.landscape.services, signal);
  const found: Finding[] = [];
  for (const one of [...inVault, ...rightsCases(local, plane), ...roomCases(local, plane)]) {
    console.error(`  ${one.title}`);
    found.push(await tryCase(one));
  }
  console.error("  an up by the engine");
  found.push(await tryUp(join(await newFolder(), "up"), plane, local.settings.cluster.namespace, signal));
  return print(found);
});
