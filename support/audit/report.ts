import Table from "cli-table3";
import { deedOf, type AuditRecord } from "./record.ts";

/** What the store had to a question. */
export interface Found {
  stack: string;
  /** The stack's own. */
  namespace: string;
  /** ISO 8601. */
  since: string;
  /** The newest first. */
  records: AuditRecord[];
  /** Records that cannot be read. */
  unreadable: number;
  /** More match than were read. */
  more: number;
  /** With an id of a trace: searches of the time, whose answers can have held it too. */
  searches?: number;
}

/** Answer for people. */
export function auditText({ stack, namespace, since, records, unreadable, more, searches }: Found): string {
  const table = new Table({
    head: ["time", "person", "roles of the view", "view", "what", "status"],
    style: { head: [], border: [] },
  });
  for (const record of records) {
    const { time, view, roles, groups, status } = record;
    table.push([time, personOf(record), groups ?? roles.join(", "), view, deedOf(record), status ?? ""]);
  }
  return [
    ...(records.length > 0 ? [table.toString()] : [`Since ${since} nobody did, as far as the views' proxies know.`]),
    ...(more > 0 ? [`${more} older ones are not shown: see --most, --since.`] : []),
    ...(unreadable > 0 ? [`${unreadable} records are of unknown form, and not shown.`] : []),
    ...(searches
      ? [
          `${searches} searches of that time answered with whole traces, which nobody lists: this one can be among them.`,
          `See npm run audit -- --stack ${stack} --searches --since ${since}`,
        ]
      : []),
    `Whoever may port-forward to or exec in the namespace ${namespace} reads past the proxies: see the audit log of Kubernetes.`,
  ].join("\n");
}

function personOf({ person, claimed }: AuditRecord): string {
  if (person !== undefined && person !== "-") return person;
  return claimed === undefined || claimed === "-" ? "unknown" : `unknown, says ${claimed}`;
}
