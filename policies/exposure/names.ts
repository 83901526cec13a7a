import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { isInside } from "../core/networks.ts";
import { list, record, texts, within } from "../core/value.ts";
import { workloadsOf } from "../core/workloads.ts";

export const names = forResources({
  name: "exposure-names",
  description: "Pods ask the cluster for names: nobody else answers, or learns what is asked.",
  severity: "high",
  remediation: "Remove `hostAliases`, and name servers that are not within `ranges`.",
  config: z.strictObject({}),
  judge: (resource, { settings: { ranges } }) =>
    workloadsOf(resource).flatMap(({ pod, path }) => [
      ...list(pod["hostAliases"]).map((alias, index) => ({
        path: within(path, "hostAliases", index),
        message: `${texts(record(alias)["hostnames"]).join(", ")} leads elsewhere than its name says; remove it`,
      })),
      ...texts(record(pod["dnsConfig"])["nameservers"])
        .filter((server) => !isInside(server, ranges))
        .map((server) => ({
          path: within(path, "dnsConfig", "nameservers"),
          message: `${server} is not within ${ranges.join(", ") || "the pack's `ranges`, which are empty"}`,
        })),
    ]),
});
