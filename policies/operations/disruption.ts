import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { objectsOf } from "../core/objects.ts";
import { at, text, within } from "../core/value.ts";
import { workloadsOf } from "../core/workloads.ts";
import type { Finding } from "../core/judgement.ts";

/** Budgets that protect nothing, or let no node be drained. */
const budgets: readonly (readonly [key: string, values: RegExp, message: string])[] = [
  ["minAvailable", /^0%?$/, "keeps no pod; name how many are needed"],
  ["maxUnavailable", /^100%$/, "keeps no pod; name how many may be away"],
  ["minAvailable", /^100%$/, "lets no node be drained; write maxUnavailable: 1"],
  ["maxUnavailable", /^0%?$/, "lets no node be drained; write 1"],
];

export const disruption = forResources({
  name: "operations-disruption",
  description: "A node is drained without a stop: pods stay, and those that go have time to hand on what they hold.",
  severity: "medium",
  remediation: "Let a budget keep pods and let one go; set `terminationGracePeriodSeconds` to more than 0.",
  config: z.strictObject({}),
  judge: (resource) => [
    ...objectsOf(resource)
      .filter(({ kind }) => kind === "PodDisruptionBudget")
      .flatMap(({ body, path }): Finding[] =>
        budgets
          .filter(([key, wrong]) => wrong.test(text(at(body, "spec", key)) ?? ""))
          .map(([key, , message]) => ({ path: within(path, "spec", key), message })),
      ),
    ...workloadsOf(resource)
      .filter(({ pod }) => pod["terminationGracePeriodSeconds"] === 0)
      .map(({ path }) => ({
        path: `${path}.terminationGracePeriodSeconds`,
        message: "is 0: what is in the queue is lost with the pod; write 30 or more",
      })),
  ],
});
