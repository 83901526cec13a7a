import { z } from "zod";
import { ownLabels, selectorLabels } from "../../lib/names.ts";
import { annotationKey, labelValue } from "../text-types.ts";

/** By these the stack finds its own objects. */
const ownKeys = Object.keys({ ...selectorLabels(""), ...ownLabels });

/** The stack's, the engine's, and those by which Kubernetes and platforms are told what to do with an object. */
const reservedDomain = /(^|\.)(kubernetes\.io|k8s\.io|pulumi\.com|order-tracing)\//;
/** Words for people and their tools, which nothing acts upon. */
const commonDomain = /^app\.kubernetes\.io\//;

const key = annotationKey.refine(
  (text) => !ownKeys.includes(text) && (commonDomain.test(text) || !reservedDomain.test(text)),
  { error: "says something to Kubernetes, to the engine or to the stack itself: leave it out" },
);

export const objects = z
  .strictObject({
    labels: z
      .record(key, labelValue)
      .default({})
      .meta({ description: "Further labels.", examples: [{ "example.com/cost-centre": "4711" }] }),
    annotations: z
      .record(key, z.string())
      .default({})
      .meta({ description: "Further annotations.", examples: [{ "example.com/contact": "platform@company.example" }] }),
  })
  .prefault({})
  .meta({
    description:
      "What everything that the stack makes in Kubernetes carries, its pods too: those have more in `pods`. Nothing of it is put on workloads of services. A change rolls the stack's pods.",
    examples: [{ labels: { "example.com/cost-centre": "4711" } }],
  });
