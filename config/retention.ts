/**
 * From one number of days to when indices are closed for writing and when they are deleted. An index is deleted as a whole,
 * counted from its rollover: so that no span is older than the retention, the time that it was written to has to be part of it.
 */

import type { Settings } from "./settings.ts";

/** Ages in hours. */
export interface Ages {
  /** An index is written to at most so long. */
  rollover: number;
  /** It is deleted so long after its rollover. */
  delete: number;
}

const day = 24;
/** Of one series at the same time, at most: more indices only cost memory, fewer would delete in coarse steps. */
const steps = { span: 10, service: 2, audit: 12 } as const;
export type Kept = keyof typeof steps;
const longestRolloverDays = 30;

/**
 * @param retentionDays how old a document may become.
 * @param kind services are few and small documents: they need no more than two or three indices.
 */
export function agesOf(retentionDays: number, kind: Kept): Ages {
  const days = Math.min(longestRolloverDays, Math.floor(retentionDays / steps[kind]));
  const rollover = days >= 1 ? days * day : Math.min(day, (retentionDays * day) / 2);
  return { rollover, delete: retentionDays * day - rollover };
}

/** As Elasticsearch writes a time: whole days where it can. */
export function timeUnits(hours: number): string {
  return hours % day === 0 ? `${hours / day}d` : `${hours}h`;
}

/**
 * Shards that a stack's indices have when they have reached their age, each with its copies. Indices that are rolled over by
 * size before it come on top.
 */
export function shardsOf(
  { retentionDays, auditDays }: { retentionDays: number; auditDays: number },
  { groups, copies }: { groups: number; copies: number },
): number {
  const ofGroup = indicesOf(retentionDays, "span") + indicesOf(retentionDays, "service");
  return copies * (groups * ofGroup + indicesOf(auditDays, "audit"));
}

/** How many of each shard there are. On a single node a copy could never be placed; how many an external one has is not known. */
export function copiesOf(elasticsearch: Settings["elasticsearch"]): number {
  return elasticsearch.mode === "managed" && elasticsearch.nodes === 1 ? 1 : 2;
}

/** Those that wait to be deleted, and the one that is written to. */
function indicesOf(days: number, kind: Kept): number {
  const { rollover, delete: remove } = agesOf(days, kind);
  return Math.ceil(remove / rollover) + 1;
}
