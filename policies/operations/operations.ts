import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { configurationsLike, leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { objectsOf } from "../core/objects.ts";
import { at, isRecord, record, text, within } from "../core/value.ts";
import type { Finding } from "../core/judgement.ts";
import type { KubernetesObject } from "../core/objects.ts";
import type { Json } from "../core/value.ts";

const dayMs = 86_400_000;

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
    objectsOf(resource).flatMap((object) => {
      const { body, path } = object;
      const of = scaled(object);
      const least = of && config.least[of.name];
      if (!of || least === undefined) return [];
      const fewer =
        of.count < least ? [{ path: within(path, "spec", of.key), message: `${of.count} is less than ${least}` }] : [];
      return least > 1 && at(body, "spec", "strategy", "type") === "Recreate"
        ? [
            ...fewer,
            { path: within(path, "spec", "strategy", "type"), message: "Recreate takes all away; write RollingUpdate" },
          ]
        : fewer;
    }),
});

/** Which workload the object makes bigger or smaller, and how small. */
function scaled({
  kind,
  patch,
  name,
  body,
}: KubernetesObject): { name: string; count: number; key: string } | undefined {
  const of = (key: string, count: unknown, target = name) => ({ name: target, key, count: Number(count ?? 1) });
  const target = text(at(body, "spec", "scaleTargetRef", "name")) ?? "";
  if (kind === "HorizontalPodAutoscaler") return of("minReplicas", at(body, "spec", "minReplicas"), target);
  if (kind === "ScaledObject") return of("minReplicaCount", at(body, "spec", "minReplicaCount") ?? 0, target);
  const given = at(body, "spec", "replicas");
  if (!/^(?:Deployment|StatefulSet|ReplicaSet)$/.test(kind) || (patch && given === undefined)) return undefined;
  return of("replicas", given);
}

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
    outage: z.int().min(1).default(3600).meta({ description: "Seconds of the outage that is promised to be survived" }),
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
        : retried(record(value["retry_on_failure"]), config.outage, `${path}.retry_on_failure`);
    });
  },
});

/** What is not retried until the outage is over is lost, whatever the queue holds. */
function retried(retry: Json, outage: number, path: string): Finding[] {
  if (retry["enabled"] === false) return [{ path: `${path}.enabled`, message: "is false: what fails once is lost" }];
  const given = text(retry["max_elapsed_time"]) ?? "300s";
  const seconds = secondsOf(given);
  return seconds > 0 && seconds < outage
    ? [
        {
          path: `${path}.max_elapsed_time`,
          message: `${given} is less than the ${outage}s of the promised outage; write 0s`,
        },
      ]
    : [];
}

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** A duration of Go, as `1h30m`. */
const secondsOf = (duration: string): number =>
  [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * units[unit!]!,
    0,
  );

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
