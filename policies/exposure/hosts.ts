import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { list, record, text, within } from "../core/value.ts";
import { workloadsOf } from "../core/workloads.ts";

export const host = forResources({
  name: "exposure-host",
  description: "No pod uses the network, the processes or the ports of its node.",
  severity: "high",
  remediation: "Remove `hostNetwork`, `hostPID`, `hostIPC` and `hostPort`; reach the pod by a Service.",
  config: z.strictObject({}),
  judge: (resource) =>
    workloadsOf(resource).flatMap(({ pod, path, containers }) => [
      ...["hostNetwork", "hostPID", "hostIPC"]
        .filter((key) => pod[key] === true)
        .map((key) => ({ path: `${path}.${key}`, message: "is true; remove it" })),
      ...containers.flatMap((container) =>
        list(container.spec["ports"]).flatMap((port, index) => {
          const hostPort = text(record(port)["hostPort"]);
          const at = within(container.path, "ports", index, "hostPort");
          return hostPort && hostPort !== "0"
            ? [{ path: at, message: `${hostPort} is opened on the node; remove it` }]
            : [];
        }),
      ),
    ]),
});
