import { z } from "zod";
import { leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { isRecord, text } from "../core/value.ts";
import type { Finding } from "../core/judgement.ts";
import type { Resource } from "../core/resource.ts";

const snapshotLifecycle = "elasticstack:index/elasticsearchSnapshotLifecycle:ElasticsearchSnapshotLifecycle";

export const retention = forResources({
  name: "operations-retention",
  description: "Traces are deleted in time, and so is what is kept of them.",
  severity: "high",
  remediation:
    "Give the lifecycle a `delete` phase that begins in time, and snapshots an `expireAfter` within it, without `minCount`.",
  config: z.strictObject({
    days: z.int().min(1).default(30).meta({ description: "The most days that traces are kept" }),
    others: z
      .record(z.string(), z.int().min(1))
      .default({})
      .meta({ description: "The most days for what is no traces, by name of the lifecycle" }),
  }),
  judge: (resource, { config }) => {
    const { type, props } = resource;
    const elsewhere = keptElsewhere(resource, config.days);
    if (elsewhere.length > 0) return elsewhere;
    if (type === snapshotLifecycle) return keptSnapshots(props, config.days);
    if (type !== "elasticstack:index/elasticsearchIndexLifecycle:ElasticsearchIndexLifecycle") return [];
    const days = config.others[text(props["name"]) ?? ""] ?? config.days;
    const phase = isRecord(props["delete"]) ? props["delete"] : undefined;
    const [, age, unit] = /^(\d+)(d|h)$/.exec(text(phase?.["minAge"]) ?? "") ?? [];
    if (!phase) return [{ path: "delete", message: "is missing: traces are kept for ever" }];
    return age === undefined || Number(age) / (unit === "h" ? 24 : 1) > days
      ? [
          {
            path: "delete.minAge",
            message: `${text(phase["minAge"]) ?? "nothing"} is not within ${days} days; write ${days}d or less`,
          },
        ]
      : [];
  },
});

/** Snapshots hold traces, too. */
function keptSnapshots({ expireAfter, minCount }: Record<string, unknown>, days: number) {
  const [, age, unit] = /^(\d+)(d|h)$/.exec(text(expireAfter) ?? "") ?? [];
  const late = age === undefined || Number(age) / (unit === "h" ? 24 : 1) > days;
  return [
    ...(expireAfter === undefined
      ? [{ path: "expireAfter", message: "is missing: snapshots are kept for ever" }]
      : late
        ? [{ path: "expireAfter", message: `${text(expireAfter)} is not within ${days} days; write ${days}d or less` }]
        : []),
    ...(minCount === undefined ? [] : [{ path: "minCount", message: "keeps snapshots that have expired; remove it" }]),
  ];
}

/** Settings of other stores by which traces are kept, each with how many days its unit has. */
const kept = /(?:^|\.)(?:block_retention|data_?retention|delete\.min_age|trace_?ttl)$/;
const cleaner = /indexcleaner\.numberofdays$/;
const perDay: Readonly<Record<string, number>> = { s: 86_400, m: 1440, h: 24, d: 1, w: 1 / 7, y: 1 / 365 };

function keptElsewhere(resource: Resource, days: number): Finding[] {
  return leavesOf(resource).flatMap(({ path, keys, value }) => {
    const given = String(value);
    if (/indexcleaner\.enabled$/.test(keys) && given === "false")
      return [{ path, message: "is false: traces are kept for ever; write true" }];
    const [, count, unit] =
      (cleaner.test(keys) ? /^(\d+)()$/ : kept.test(keys) ? /^(\d+)([smhdwy])$/ : /$^/).exec(given) ?? [];
    const found = count === undefined ? 0 : Number(count) / (unit ? perDay[unit]! : 1);
    return found > days ? [{ path, message: `${given} is not within ${days} days; write ${days} days or less` }] : [];
  });
}
