import type { Finding as Seen } from "../findings.ts";
import { attempt } from "../findings.ts";
import type { Finding, Subject } from "../../../review/check/finding.ts";
import type { Kubernetes } from "../../landscape/kubernetes/client.ts";
import { checked, contextOf, type Changes } from "./ask.ts";
import type { Case } from "./case.ts";
import { wire } from "./wire.ts";

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

const stopsOf = ({ findings }: Subject): Finding[] => findings.filter(({ level }) => level === "stop");
const texts = (findings: readonly Finding[]): string => findings.map(({ text }) => text).join("; ") || "nothing";
