import { z } from "zod";

const count = z.number().int().min(1).max(1_000);

export const replicas = z
  .strictObject({
    frontEnd: count.default(1).meta({
      description: "Pods that take spans from the browsers of each front end.",
      unit: "pods",
      examples: [2],
    }),
    gateway: count.default(2).meta({
      description: "Pods that take spans from the agents.",
      unit: "pods",
      examples: [3],
    }),
    sampler: count.default(2).meta({
      description: "Pods that decide which traces are kept. A change moves undecided traces to other pods.",
      unit: "pods",
      examples: [3],
    }),
    samplerMayLeave: z
      .boolean()
      .default(false)
      .meta({
        description:
          "True lets `up` take samplers away. What waits on their disks then stays there until there are as many again: look first whether their Jaegers take everything.",
        examples: [true],
      }),
    jaegerCollector: count.default(2).meta({
      description: "Pods of each group that write into its indices.",
      unit: "pods",
      examples: [2],
    }),
    jaegerQuery: count.default(1).meta({
      description: "Pods of each view that people look at.",
      unit: "pods",
      examples: [2],
    }),
  })
  .prefault({})
  .meta({
    description: "How many pods each workload has.",
    examples: [{ gateway: 2, sampler: 2, jaegerCollector: 2, jaegerQuery: 1 }],
  });
