import { z } from "zod";
import { runtimes, workloadKinds } from "../model.ts";
import { kubernetesLabel, kubernetesName, serviceAccountName } from "../text-types.ts";
import { recordOf } from "./records.ts";
import { wiring } from "./wiring.ts";

const catalogues = "the catalogue's";
const id = "the service's id";

const service = z
  .strictObject({
    enabled: z
      .boolean()
      .optional()
      .meta({
        description:
          "False takes the service out: its workload is left as it was before, its edges are no longer required.",
        absent: "true",
        examples: [false],
      }),
    runtime: z
      .enum(runtimes)
      .optional()
      .meta({
        description: "How it is instrumented.",
        absent: catalogues,
        examples: ["nodejs"],
      }),
    namespace: kubernetesLabel.optional().meta({
      description: "Namespace of its workload.",
      absent: catalogues,
      examples: ["production"],
    }),
    workload: z
      .enum(workloadKinds)
      .optional()
      .meta({
        description: "What makes its pods.",
        absent: "the catalogue's, else Deployment",
        examples: ["StatefulSet"],
      }),
    deployment: kubernetesName.optional().meta({
      description: "Name of its Deployment, StatefulSet or DaemonSet.",
      absent: id,
      examples: ["shop-backend"],
    }),
    container: kubernetesLabel.optional().meta({
      description: "The container in it that is instrumented.",
      absent: id,
      examples: ["app"],
    }),
    serviceAccount: serviceAccountName.optional().meta({
      description:
        "Service account of its pods, of which the gateway knows it: its own, not `default`, which every other pod of the namespace may use too.",
      absent: id,
      examples: ["shop-runner"],
    }),
    ...wiring,
  })
  .meta({ description: "One back end." });

/** @param serviceIds services of the landscape. */
export function services(serviceIds: readonly string[]) {
  return recordOf(serviceIds, service)
    .default({})
    .meta({ description: "What is different about single back ends in this environment." });
}
