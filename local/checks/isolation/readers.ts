import { attempt, type Finding } from "../findings.ts";
import { isAbsent, openings, ways, hasSpan, type Mark } from "./ways.ts";
import type { Answer, Ask } from "./session.ts";

/** A group, as far as its readers are concerned. */
export interface Territory {
  readonly group: string;
  /** The alias by which its own reader reads. */
  readonly read: string;
  readonly mark: Mark;
}

const layer = "Elasticsearch's role";

/** One way to read, one or several requests long. */
interface Reading {
  readonly name: string;
  readonly read: (ask: Ask, target: string, mark: Mark) => Promise<Answer>;
  readonly shows: (text: string, mark: Mark) => boolean;
  readonly single?: boolean;
}

const readings: readonly Reading[] = [
  ...ways.map(({ name, ask: requestOf, shows, single = false }) => ({
    ...{ name, shows, single },
    read: (ask: Ask, target: string, mark: Mark) => ask(requestOf(target, mark)),
  })),
  ...openings.map(({ name, read }) => ({ name, read, shows: hasSpan })),
];

/**
 * Reads other groups' spans as the reader of one, by every way and under every name, and the own ones by the same way: a way
 * that shows nobody anything proves nothing.
 */
export async function readerFindings(ask: Ask, own: Territory, others: readonly Territory[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, read, shows, single } of readings) {
    const control = await read(ask, own.read, own.mark);
    const seen = control.status === 200 && shows(control.text, own.mark);
    const state = seen ? "shows its own" : isAbsent(control) ? "not in this Elasticsearch" : `${control.status}`;
    // What the role forbids for its own group as well is closed to it altogether. All else has to show that it works.
    const good = seen || control.status === 403 || isAbsent(control);
    const title = `${own.group}'s reader, ${name}`;
    findings.push({ what: `${title}: its own`, layer: "-", expected: "its own, or 403", found: state, good });
    findings.push(
      await attempt(`${title}: other groups`, layer, "403 or nothing", async () => {
        const leaks: string[] = [];
        const answers = new Map<number, number>();
        for (const other of others) {
          for (const target of namesOf(own, other, single ?? false)) {
            const { status, text } = await read(ask, target, other.mark);
            answers.set(status, (answers.get(status) ?? 0) + 1);
            if (status < 400 && shows(text, other.mark)) leaks.push(target);
            if (status >= 500) throw new Error(`${target} was answered with ${status}`);
          }
        }
        const tried = [...answers].map(([status, count]) => `${count} × ${status}`).join(", ");
        return { found: leaks.length > 0 ? `SEEN by ${leaks.join(" ")}` : tried, good: leaks.length === 0 };
      }),
    );
  }
  return findings;
}

/** Names under which another group's spans could be reached. */
function namesOf(own: Territory, { group, read, mark }: Territory, single: boolean): string[] {
  const one = [mark.index, read, read.replace(/-read$/, "-write")];
  if (single) return one;
  return [
    ...one,
    `${group}-jaeger-*`,
    "*-jaeger-*",
    "*",
    "_all",
    `${own.read},${read}`,
    `*,-${own.read}`,
    "all-jaeger-span-read",
    `<${mark.index}>`,
  ];
}
