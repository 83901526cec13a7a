import Table from "cli-table3";
import type { Finding, Subject } from "./finding.ts";

/** True: something was found with which an `up` would fail or do harm. */
export function mustStop(subjects: readonly Subject[]): boolean {
  return subjects.some(({ findings }) => findings.some(({ level }) => level === "stop"));
}

/** Something that an `up` of the same run would stop at, and another run's perhaps not. */
export const blocks = ({ blocks: lacks }: Finding): boolean => lacks === true;

/** Whether an `up` of the same run would stop, though nothing is wrong. */
export function isLacking(subjects: readonly Subject[]): boolean {
  return subjects.some(({ findings }) => findings.some(blocks));
}

/**
 * What the run has no right to read. Not what nobody may: Secrets, and what a registry keeps to itself, are left unread by all.
 */
export function lackingRights(subjects: readonly Subject[]): Finding[] {
  return subjects.flatMap(({ findings }) => findings.filter(({ mayNot }) => mayNot === true));
}

/** The table of `npm run check`, and below it each finding with what to do. */
export function report(subjects: readonly Subject[]): string {
  const table = new Table({
    head: ["what", "looked at", "stops", "notes", "not readable"],
    style: { head: [], border: [], compact: true },
  });
  const count = (findings: readonly Finding[], level: Finding["level"]) => {
    const many = findings.filter((finding) => finding.level === level).length;
    return many === 0 ? "" : String(many);
  };
  table.push(
    ...subjects.map(({ name, looked, findings }) => [
      name,
      looked,
      count(findings, "stop"),
      count(findings, "note"),
      count(findings, "unread"),
    ]),
  );
  const all = subjects.flatMap(({ findings }) => findings);
  const stops = count(all, "stop");
  const lacks = all.filter(blocks).length;
  return [
    table.toString(),
    ...lines(subjects, ["stop", "note", "unread"]),
    stops ? `${stops} thing(s) to mend before anything is changed.` : "Nothing stands in the way.",
    ...(lacks > 0 ? [`Not by this run: an up would stop, since it lacks ${lacks} thing(s).`] : []),
  ].join("\n");
}

const titles: Record<Finding["level"], string> = { stop: "stop", note: "note", unread: "not readable" };

/** The findings of some levels, one block each: what is there, and what to write. */
export function lines(
  subjects: readonly Subject[],
  levels: readonly Finding["level"][],
  chosen: (finding: Finding) => boolean = () => true,
): string[] {
  return levels.flatMap((level) =>
    subjects.flatMap(({ name, findings }) =>
      findings
        .filter((finding) => finding.level === level && chosen(finding))
        .map(({ text, write, blocks: lacks }) =>
          // What others said may end as a sentence already.
          [
            `${lacks ? "not by this run" : titles[level]}: ${name}: ${text.replace(/[.]$/, "")}.`,
            ...(write ? [`  write:   ${write}`] : []),
          ].join("\n"),
        ),
    ),
  );
}
