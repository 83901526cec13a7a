import { z } from "zod";
import { kubernetesName } from "../text-types.ts";
import { listVariables, variableModes, wiredVariables } from "../variables.ts";

const lists = Object.keys(listVariables);

const variableName = z.string().refine((name) => wiredVariables.includes(name), {
  error: `is no variable that the stack sets; these are ${wiredVariables.join(", ")}`,
});

const variables = z
  .record(
    variableName,
    z.enum(variableModes).meta({ description: "What to do about one of them.", absent: "the owner does not set it" }),
  )
  .superRefine((modes, context) => {
    for (const [name, mode] of Object.entries(modes)) {
      if (mode !== "append" || lists.includes(name)) continue;
      context.addIssue({
        code: "custom",
        path: [name],
        message: `holds one value: nothing can be appended to it. Lists are ${lists.join(", ")}`,
      });
    }
  })
  .optional()
  .meta({
    absent: "the owner sets none of them",
    description:
      "Variables that the owner of the service sets as well. `append`: the owner's comes by `envFrom`, and ours is put behind it. `keep`: the owner's stays as it is; for JAVA_TOOL_OPTIONS the agent is then loaded by JDK_JAVA_OPTIONS (Java 9 or newer), any other of ours is left out. `replace`: ours wins, and is taken from whoever manages it.",
    examples: [{ JAVA_TOOL_OPTIONS: "append" }],
  });

/** What to do where a service is not as most are. Each key is the way out that `npm run check` names. */
export const wiring = {
  variables,
  cpuLimit: z
    .string()
    .regex(/^(\d+m|\d+(\.\d+)?)$/, "must be cores, such as 500m or 1.5")
    .optional()
    .meta({
      description:
        "CPU request and limit, cores, of each of the two containers that are added: for a namespace whose quota demands limits, and for a pod that is to stay Guaranteed.",
      absent: "a small request, no limit",
      examples: ["200m"],
    }),
  userId: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta({
      description:
        "User of the containers that are added. 0: none is asked for, and the cluster gives one (OpenShift). It is never root.",
      absent: "the collector's own, 10001",
      unit: "user id",
      examples: [0],
    }),
  pullSecrets: z
    .array(kubernetesName)
    .optional()
    .meta({
      absent: "none",
      description:
        "Secrets of the service's namespace by which the added images are pulled, beside those that its pods have.",
      examples: [["registry-mirror"]],
    }),
};
