import type { Finding as Seen } from "../findings.ts";
import { attempt } from "../findings.ts";
import type { Finding, Subject } from "../../../review/check/finding.ts";
import type { Kubernetes } from "../../landscape/kubernetes/client.ts";
import { read, waitUntilReady } from "../../landscape/kubernetes/wait.ts";
import { followRollout } from "../../../review/rollout/follow.ts";
import { checked, contextOf, type Changes } from "./ask.ts";
import type { Case } from "./case.ts";
import { applyPatch, wire } from "./wire.ts";

/** Tries one case: what the check says of it, what it says with the way out, and whether the patch then works. */
export async function tryCase(kubernetes: Kubernetes, one: Case, signal: AbortSignal): Promise<Seen[]> {
  const title = `${one.id}: ${one.title}`;
  const { stops, wayOut, settings } = one;
  const ask = (changes: Changes) => checked(kubernetes.config, contextOf(one, changes), signal);
  const said =
    stops &&
    (await attempt(title, "check", String(stops), async () => {
      const found = stopsOf(await ask({ ...(settings && { settings }) }));
      return { found: texts(found), good: found.some(({ text }) => stops.test(text)) };
    }));
  if (one.breaks) return [said!, await breakAndTakeBack(kubernetes, one, one.breaks, signal)];
  if (stops && !wayOut) return [said!];
  const changes: Changes = wayOut ?? (settings ? { settings } : {});
  const log = one.log ?? /(?:)/;
  const works = await attempt(wayOut ? `${title}, with the way out` : title, "-", `patch works; ${log}`, async () => {
    const found = stopsOf(await ask(changes));
    if (found.length > 0) return { found: `check: ${texts(found)}`, good: false };
    const output = await wire(kubernetes, contextOf(one, changes), log, signal);
    return { found: log.test(output) ? "check clean, applied, rolled out" : output, good: log.test(output) };
  });
  return said ? [said, works] : [works];
}

/** Applies the patch all the same: the application must run as before, soon, and the reason be said. */
function breakAndTakeBack(kubernetes: Kubernetes, one: Case, reason: RegExp, signal: AbortSignal): Promise<Seen> {
  const context = contextOf(one, { ...(one.settings && { settings: one.settings }) });
  const service = context.landscape.services[0]!;
  const workload = { kind: "Deployment", name: service.deployment, namespace: service.namespace } as const;
  return attempt(`${one.id}, applied all the same`, "the rollout's hook", `taken back; ${reason}`, async () => {
    await waitUntilReady(kubernetes, workload, { signal });
    await applyPatch(kubernetes, context);
    const begin = Date.now();
    const outcome = await followRollout(kubernetes.config, service);
    await waitUntilReady(kubernetes, workload, { signal });
    const { spec } = await read(kubernetes, workload);
    const clean = (spec?.template.spec?.initContainers ?? []).length === 0;
    const why = outcome.state === "through" ? "" : outcome.reason;
    return {
      found: `${outcome.state} after ${Math.round((Date.now() - begin) / 1000)} s, ${clean ? "as before" : "not as before"}: ${why}`,
      good: outcome.state === "taken back" && clean && reason.test(why),
    };
  });
}

const stopsOf = ({ findings }: Subject): Finding[] => findings.filter(({ level }) => level === "stop");
const texts = (findings: readonly Finding[]): string => findings.map(({ text }) => text).join("; ") || "nothing";
