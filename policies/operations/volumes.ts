import { z } from "zod";
import { leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { objectsOf } from "../core/objects.ts";
import { at, isRecord, list, record, text, within } from "../core/value.ts";
import { workloadsOf } from "../core/workloads.ts";
import type { Finding } from "../core/judgement.ts";
import type { Resource } from "../core/resource.ts";

/** Where stores have what they keep. */
const kept =
  /\/elasticsearch\/data$|\/opensearch\/data$|\/var\/lib\/(?:elasticsearch|opensearch|postgresql|kafka|clickhouse)\b/;

/** Data of a store on a volume that is its pod's. */
const inPod = (resource: Resource, disposable: readonly string[]): Finding[] =>
  workloadsOf(resource)
    .filter(({ object }) => !disposable.includes(object.name))
    .flatMap(({ pod, path, containers }) => {
      const mounted = new Set(
        containers
          .flatMap(({ spec }) => list(spec["volumeMounts"]).map(record))
          .filter(({ mountPath }) => kept.test(text(mountPath) ?? ""))
          .map(({ name }) => text(name)),
      );
      return list(pod["volumes"]).flatMap((volume, index) =>
        isRecord(record(volume)["emptyDir"]) && mounted.has(text(record(volume)["name"]))
          ? [
              {
                path: within(path, "volumes", index, "emptyDir"),
                message: "what is stored goes with the pod; use a persistentVolumeClaim",
              },
            ]
          : [],
      );
    });

export const volumeRetention = forResources({
  name: "operations-volume-retention",
  description: "A StatefulSet that is deleted, replaced or made smaller leaves its volumes, and what is on them.",
  severity: "high",
  remediation: "Set `persistentVolumeClaimRetentionPolicy` to `Retain`, or leave it out.",
  config: z.strictObject({
    disposable: z
      .array(z.string())
      .default([])
      .meta({ description: "StatefulSets whose volumes hold nothing that anybody needs" }),
  }),
  judge: (resource, { config }) => [
    ...inPod(resource, config.disposable),
    ...leavesOf(resource)
      .filter(({ keys, value }) => /(?:^|\.)persistence\.enabled$/.test(keys) && value === false)
      .map(({ path }) => ({ path, message: "is false: what is stored goes with the pod; write true" })),
    ...objectsOf(resource)
      .filter(({ kind, name }) => kind === "StatefulSet" && !config.disposable.includes(name))
      .flatMap(({ body, path }) =>
        ["whenDeleted", "whenScaled"]
          .filter((key) => text(at(body, "spec", "persistentVolumeClaimRetentionPolicy", key)) === "Delete")
          .map((key) => ({
            path: within(path, "spec", "persistentVolumeClaimRetentionPolicy", key),
            message: "Delete takes the volumes, and what is on them, with the pods; write Retain",
          })),
      ),
  ],
});
