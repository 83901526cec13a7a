import type { Context } from "../../../config/context.ts";
import type { Service } from "../../../config/landscape.ts";
import type { Finding, Subject } from "../../../review/check/finding.ts";
import { readWorkload } from "../../../review/check/read.ts";
import { followRollout } from "../../../review/rollout/follow.ts";
import { progressOf } from "../../../review/rollout/progress.ts";
import { attempt, type Finding as Seen } from "../findings.ts";
import type { Kubernetes } from "../../landscape/kubernetes/client.ts";
import { waitFor } from "../../wait.ts";
import { checked, contextOf, type Changes } from "./ask.ts";
import type { Case } from "./case.ts";
import { applyPatch, deleteOldPods, waitForLog, wire } from "./wire.ts";

/** The company's own clients, and those of whoever deploys. */
export interface Parties {
  readonly company: Kubernetes;
  readonly deployer: Kubernetes;
}

/** Tries one case: what the check says of it, what it says with the way out, and whether the patch then works. */
export async function tryCase(parties: Parties, one: Case, signal: AbortSignal): Promise<Seen[]> {
  const title = `${one.id}: ${one.title}`;
  const { stops, unread, wayOut, settings } = one;
  const ask = (changes: Changes) => checked(parties.deployer.config, contextOf(one, changes), signal);
  const service = contextOf(one, {}).landscape.services[0]!;
  if (hasPods(one) && !(await waitFor(() => runs(parties, service), { limit: 120_000, signal })))
    return [{ what: title, layer: "-", expected: "runs, unpatched", found: "it did not start", good: false }];
  const wanted = stops ?? unread;
  const said =
    wanted &&
    (await attempt(title, "check", String(wanted), async () => {
      const { findings } = await ask({ ...(settings && { settings }) });
      const found = findings.filter(({ level }) => level === (stops ? "stop" : "unread"));
      return { found: texts(found), good: found.some(({ text }) => wanted.test(text)) };
    }));
  if (one.breaks) return [...(said ? [said] : []), await breakAndTakeBack(parties, one, one.breaks)];
  if (stops && !wayOut) return [said!];
  const changes: Changes = wayOut ?? (settings ? { settings } : {});
  const log = one.log ?? /(?:)/;
  const works = await attempt(wayOut ? `${title}, with the way out` : title, "-", `patch works; ${log}`, async () => {
    const subject = await ask(changes);
    const found = stopsOf(subject);
    const hidden = subject.findings.filter(
      ({ level, text }) =>
        level === "unread" && !nobodyKnows.test(text) && (hasPods(one) || !text.endsWith("no pod of it runs")),
    );
    if (hidden.length > 0) return { found: `not readable with the guide's rights: ${texts(hidden)}`, good: false };
    if (found.length > 0) return { found: `check: ${texts(found)}`, good: false };
    if (one.notes && !subject.findings.some(({ level, text }) => level === "note" && one.notes!.test(text)))
      return { found: `check says nothing like ${one.notes}: ${texts(subject.findings)}`, good: false };
    return itWorks(parties, one, contextOf(one, changes), log, signal);
  });
  return said ? [said, works] : [works];
}

/** What no rights would let anybody read: the local cluster has no metrics server. */
const nobodyKnows = /nothing in the cluster says what pods use/;

/** Whether pods of it run before the patch comes. */
const hasPods = ({ kind, spec }: Case) => kind === "DaemonSet" || ((spec as { replicas?: number })?.replicas ?? 0) > 0;

async function runs({ deployer }: Parties, service: Service): Promise<boolean> {
  return progressOf(service.workload, await readWorkload(deployer.config, service), []).state === "through";
}

async function itWorks({ company, deployer }: Parties, one: Case, context: Context, log: RegExp, signal: AbortSignal) {
  const service = context.landscape.services[0]!;
  const outcome = await wire(company, deployer, context);
  const waits = one.held !== undefined && outcome.state === "held" && one.held.test(outcome.reason);
  if (outcome.state !== "through" && !waits) return { found: `${outcome.state}: ${outcome.reason}`, good: false };
  if (waits) await deleteOldPods(company, service.namespace);
  const output = await waitForLog(company, service, log, signal);
  const good = log.test(output);
  return { found: good ? `check clean, applied, ${waits ? "waits; then " : ""}rolled out` : output, good };
}

/** Applies the patch all the same: the application must run as before, soon, and the reason be said. */
function breakAndTakeBack(parties: Parties, one: Case, reason: RegExp): Promise<Seen> {
  const { deployer } = parties;
  const context = contextOf(one, { ...(one.settings && { settings: one.settings }) });
  const service = context.landscape.services[0]!;
  return attempt(`${one.id}, applied all the same`, "the rollout's hook", `taken back; ${reason}`, async () => {
    await applyPatch(deployer, context);
    const begin = Date.now();
    const outcome = await followRollout(deployer.config, service);
    const { spec } = await readWorkload(deployer.config, service);
    const clean = (spec?.template.spec?.initContainers ?? []).length === 0;
    const back = outcome.state === "taken back" && outcome.lacks === undefined && (await runs(parties, service));
    const why = outcome.state === "through" ? "" : outcome.reason;
    return {
      found: `${outcome.state} after ${Math.round((Date.now() - begin) / 1000)} s, ${clean && back ? "as before" : "not as before"}: ${why}`,
      good: back && clean && reason.test(why),
    };
  });
}

const stopsOf = ({ findings }: Subject): Finding[] => findings.filter(({ level }) => level === "stop");
const texts = (findings: readonly Finding[]): string => findings.map(({ text }) => text).join("; ") || "nothing";
