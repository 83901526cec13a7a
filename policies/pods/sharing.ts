import { z } from "zod";
import { isLike } from "../core/exceptions.ts";
import { forResources } from "../core/judgement.ts";
import { workloadsOf } from "../core/workloads.ts";

export const sharedProcesses = forResources({
  name: "pods-shared-processes",
  description: "A container does not see the processes of the others in its pod, with their environment and files.",
  severity: "medium",
  remediation:
    "Remove `shareProcessNamespace`; where one container has to signal another, and both are of one owner, name the workload in `shared`.",
  config: z.strictObject({
    shared: z
      .array(z.string())
      .default([])
      .meta({ description: "Workloads whose containers may see each other; `*` stands for any text" }),
  }),
  judge: (resource, { config }) =>
    workloadsOf(resource)
      .filter(
        ({ object, pod }) =>
          pod["shareProcessNamespace"] === true && !config.shared.some((of) => isLike(of, object.name)),
      )
      .map(({ path }) => ({
        path: `${path}.shareProcessNamespace`,
        message: "is true: every container reads the others' memory, environment and files; remove it",
      })),
});
