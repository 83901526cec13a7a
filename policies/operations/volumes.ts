import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { objectsOf } from "../core/objects.ts";
import { at, text, within } from "../core/value.ts";

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
  judge: (resource, { config }) =>
    objectsOf(resource)
      .filter(({ kind, name }) => kind === "StatefulSet" && !config.disposable.includes(name))
      .flatMap(({ body, path }) =>
        ["whenDeleted", "whenScaled"]
          .filter((key) => text(at(body, "spec", "persistentVolumeClaimRetentionPolicy", key)) === "Delete")
          .map((key) => ({
            path: within(path, "spec", "persistentVolumeClaimRetentionPolicy", key),
            message: "Delete takes the volumes, and what is on them, with the pods; write Retain",
          })),
      ),
});
