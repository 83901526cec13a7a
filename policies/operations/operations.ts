import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { configurationsLike, leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { objectsOf } from "../core/objects.ts";
import { at, isRecord, record, text } from "../core/value.ts";

const dayMs = 86_400_000;
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
  judge: ({ type, props }, { config }) => {
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

export const replicas = forResources({
  name: "operations-replicas",
  description: "What must not be away has enough replicas.",
  severity: "medium",
  remediation: "Raise `replicas`.",
  config: z.strictObject({
    least: z
      .record(z.string(), z.int().min(0))
      .default({})
      .meta({ description: "Least replicas by name of the workload" }),
  }),
  judge: (resource, { config }) =>
    objectsOf(resource)
      .filter(
        ({ kind, patch, name }) =>
          !patch && ["Deployment", "StatefulSet", "ReplicaSet"].includes(kind) && config.least[name] !== undefined,
      )
      .flatMap(({ name, body, path }) => {
        const count = Number(at(body, "spec", "replicas") ?? 1);
        return count < config.least[name]!
          ? [
              {
                path: `${path ? `${path}.` : ""}spec.replicas`,
                message: `${count} is less than ${config.least[name]!}`,
              },
            ]
          : [];
      }),
});

export const queue = forResources({
  name: "operations-queue",
  description: "A queue holds what comes in during the outage that is promised to be survived.",
  severity: "medium",
  remediation:
    "Raise `queue_size`; leave the queue on; let `retry_on_failure.max_elapsed_time` be 0 or longer than the outage.",
  config: z.strictObject({
    least: z.record(z.string(), z.int().min(1)).default({}).meta({
      description:
        "Least size of each exporter's queue, in the unit of its `sizer`, by the name of the resource that holds the configuration",
    }),
  }),
  judge: (resource, { config }) => {
    const least = config.least[resource.name];
    if (least === undefined) return [];
    return configurationsLike(
      resource,
      (value) => isRecord(value["sending_queue"]) && isRecord(value["retry_on_failure"]) && !("keepalive" in value),
    ).flatMap(({ value, path }) => {
      const settings = record(value["sending_queue"]);
      if (settings["enabled"] === false)
        return [{ path: `${path}.sending_queue.enabled`, message: "is false: what cannot be delivered is lost" }];
      const size = Number(settings["queue_size"] ?? 1000);
      return size < least
        ? [
            {
              path: `${path}.sending_queue.queue_size`,
              message: `${size} is less than the ${least} of the promised outage`,
            },
          ]
        : [];
    });
  },
});

export const ca = forResources({
  name: "operations-ca",
  description: "A certificate authority is valid long enough to be replaced in peace.",
  severity: "high",
  remediation: "Renew it, or give it a longer life.",
  config: z.strictObject({
    days: z.int().min(1).default(60).meta({ description: "Least days that a CA must still be valid" }),
  }),
  judge: (resource, { config, today }) => [
    ...leavesOf(resource).flatMap(({ path, value }) => {
      if (typeof value !== "string" || !value.includes("-----BEGIN CERTIFICATE-----")) return [];
      const left = Math.floor((Math.min(...validTo(value)) - today.getTime()) / dayMs);
      return left < config.days ? [{ path, message: `is valid for ${left} more days, less than ${config.days}` }] : [];
    }),
    ...(/^vault:pkiSecret\/secretBackendRoot(?:SignIntermediate|Cert):/.test(resource.type) &&
    Number(resource.props["ttl"] ?? Infinity) < config.days * 86_400
      ? [{ path: "ttl", message: `${text(resource.props["ttl"])!} seconds are less than ${config.days} days` }]
      : []),
  ],
});

const validTo = (pem: string): number[] =>
  [...pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].flatMap(([one]) => {
    try {
      return [new X509Certificate(one).validToDate.getTime()];
    } catch {
      return [];
    }
  });
