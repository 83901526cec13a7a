import { z } from "zod";
import { ports } from "../../lib/names.ts";
import { dotnetRuntimes } from "../model.ts";
import { imageReference, kubernetesName } from "../text-types.ts";
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

const port = z.number().int().min(1024).max(65_535);

const agentPorts = z
  .strictObject({
    grpc: port.optional().meta({
      description: "For OTLP over gRPC.",
      absent: String(ports.otlpGrpc),
      unit: "TCP port",
      examples: [14317],
    }),
    http: port.optional().meta({
      description: "For OTLP over HTTP: here the instrumentation delivers.",
      absent: String(ports.otlpHttp),
      unit: "TCP port",
      examples: [14318],
    }),
  })
  .superRefine(({ grpc = ports.otlpGrpc, http = ports.otlpHttp }, context) => {
    if (grpc !== http) return;
    context.addIssue({ code: "custom", message: `has ${http} for gRPC and for HTTP: each needs one of its own` });
  })
  .optional()
  .meta({
    absent: "the usual ones of OTLP",
    description:
      "Ports of the agent on its pod's loopback: for a pod in which another container listens on the usual ones.",
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
  agentPorts,
  temporaryFolder: z
    .boolean()
    .optional()
    .meta({
      absent: "false",
      description:
        "True: a small folder of ours is the temporary one of the process (`java.io.tmpdir`, `TMPDIR`): for a container with a read-only root file system and nothing to write to in /tmp.",
      examples: [true],
    }),
  dotnetRuntime: z
    .enum(dotnetRuntimes)
    .optional()
    .meta({
      absent: "linux-x64",
      description:
        ".NET: build of the instrumentation's library that fits the application's image and nodes: musl for Alpine, arm64 for ARM. The instrumentation's image has to hold it.",
      examples: ["linux-musl-x64"],
    }),
  esModules: z
    .boolean()
    .optional()
    .meta({
      absent: "false",
      description:
        "Node.js: true also instruments what the application loads by `import` (by `--experimental-loader`, of which Node.js warns at each start).",
      examples: [true],
    }),
  instrumentationImage: imageReference.optional().meta({
    absent: "the stack's for its runtime",
    description:
      "Image that brings the instrumentation of this service alone, word for word, with the layout of the OpenTelemetry operator's: an older one for an old runtime, or one with extensions.",
    examples: ["registry.example/autoinstrumentation-java:1.33.6"],
  }),
  rolloutSeconds: z
    .number()
    .int()
    .min(30)
    .max(86_400)
    .optional()
    .meta({
      absent:
        "progressDeadlineSeconds of a Deployment; 600 for a StatefulSet or a DaemonSet, which have no such number",
      description:
        "How long the rollout that a patch starts may stand still before the patch is taken back. For applications that start slowly.",
      unit: "seconds",
      examples: [1800],
    }),
  allowEgress: z
    .boolean()
    .optional()
    .meta({
      absent: "false",
      description:
        "True: a network policy of ours lets the service's pods out to the gateway, and to nothing else: for a namespace whose own policies let them out to named places only. The check refuses it where none does: it would be the first, and cut the pods off from all else.",
      examples: [true],
    }),
};
