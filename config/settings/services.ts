import { z } from "zod";
import { runtimes, workloadKinds } from "../model.ts";
import { profiles } from "../profiles.ts";
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
    profile: z
      .enum(profiles)
      .optional()
      .meta({
        description:
          "`weak` is for servers that have little left: the service records every tenth of its traces (`sampling` has its say after that), with shorter and fewer attributes, and its agent has less memory and a short queue. **Lost for ever are this service's spans of all other traces, errors and slow ones too**: whoever calls it, and is not weak, still shows that the call failed or took long. What its pods hold back while the gateway is away is gone after a minute.",
        absent: "normal",
        examples: ["weak"],
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
