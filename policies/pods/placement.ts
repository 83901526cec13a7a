import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { list, record, text, within } from "../core/value.ts";
import { workloadsOf } from "../core/workloads.ts";
import type { Finding } from "../core/judgement.ts";

const controlPlane = /^node-role\.kubernetes\.io\/(?:control-plane|master)$/;

export const placement = forResources({
  name: "pods-placement",
  description:
    "Pods run where the scheduler puts them, not on the control plane, and not before what runs the cluster.",
  severity: "medium",
  remediation: "Remove `nodeName`; tolerate named taints only; use a priority class of the company.",
  config: z.strictObject({}),
  judge: (resource) =>
    workloadsOf(resource).flatMap(({ pod, path }): Finding[] => {
      const priority = text(pod["priorityClassName"]) ?? "";
      return [
        ...(pod["nodeName"] === undefined
          ? []
          : [{ path: `${path}.nodeName`, message: "goes past the scheduler; remove it" }]),
        ...(/^system-/.test(priority)
          ? [
              {
                path: `${path}.priorityClassName`,
                message: `${priority} takes the place of what runs the cluster; use another class`,
              },
            ]
          : []),
        ...list(pod["tolerations"])
          .map((toleration, index) => ({
            key: text(record(toleration)["key"]),
            at: within(path, "tolerations", index),
          }))
          // Without a key it tolerates every taint.
          .filter(({ key }) => key === undefined || controlPlane.test(key))
          .map(({ at }) => ({ path: at, message: "lets it run on the control plane; tolerate a named taint" })),
      ];
    }),
});
