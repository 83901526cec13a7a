import { z } from "zod";
import { ownLabels, selectorLabels } from "../../lib/names.ts";
import { annotationKey, kubernetesName, labelValue } from "../text-types.ts";

/** Keys that selectors of the stack, its policies and its Services are about: another value would take a pod out of them. */
const reservedLabels = Object.keys({ ...selectorLabels(""), ...ownLabels });

const labelKey = annotationKey.refine((key) => !reservedLabels.includes(key), {
  error: "is a label by which the stack finds its pods: leave it out",
});

/** Those of the stack's annotations by which a pod is rolled. */
const ownAnnotation = annotationKey.refine((key) => !key.startsWith("order-tracing/"), {
  error: "is an annotation of the stack's own: leave it out",
});

const toleration = z
  .strictObject({
    key: annotationKey
      .optional()
      .meta({ description: "Key of the taint.", absent: "every key", examples: ["example.com/tracing"] }),
    operator: z
      .enum(["Equal", "Exists"])
      .default("Equal")
      .meta({ description: "Whether the value counts.", examples: ["Exists"] }),
    value: labelValue
      .optional()
      .meta({ description: "Value of the taint.", absent: "the empty one", examples: ["true"] }),
    effect: z
      .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
      .optional()
      .meta({ description: "Effect of the taint.", absent: "every effect", examples: ["NoSchedule"] }),
  })
  .refine(({ key, operator }) => key !== undefined || operator === "Exists", {
    error: "has no key, which only operator: Exists may have: it tolerates every taint then",
  })
  .refine(({ value, operator }) => value === undefined || operator === "Equal", {
    error: "has a value, which operator: Exists does not look at",
  });

export const pods = z
  .strictObject({
    nodeSelector: z
      .record(annotationKey, labelValue)
      .default({})
      .meta({ description: "Labels of the nodes that may run them.", examples: [{ "example.com/pool": "tracing" }] }),
    tolerations: z
      .array(toleration)
      .default([])
      .meta({
        description: "Taints of nodes that they put up with.",
        examples: [[{ key: "example.com/tracing", operator: "Exists", effect: "NoSchedule" }]],
      }),
    priorityClass: kubernetesName.optional().meta({
      description: "Name of a PriorityClass of the cluster.",
      absent: "the cluster's default",
      examples: ["platform"],
    }),
    labels: z
      .record(labelKey, labelValue)
      .default({})
      .meta({
        description:
          "Further labels, for example of a cost centre. Those by which the stack finds its pods are refused.",
        examples: [{ "example.com/cost-centre": "4711" }],
      }),
    annotations: z
      .record(ownAnnotation, z.string())
      .default({})
      .meta({ description: "Further annotations.", examples: [{ "sidecar.istio.io/inject": "false" }] }),
    pullSecrets: z
      .array(kubernetesName)
      .default([])
      .meta({
        description:
          "Secrets of the stack's namespace by which their images are pulled. The stack makes none: whoever runs the cluster puts them there.",
        examples: [["registry-login"]],
      }),
  })
  .prefault({})
  .meta({
    description:
      "Where the stack's own pods run, and what else they carry. Pods of services have settings of their own.",
    examples: [{ nodeSelector: { "example.com/pool": "tracing" } }],
  });
