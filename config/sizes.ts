import { z } from "zod";

/** A positive whole number of something. */
const count = (value: number, description: string, least = 1) =>
  z.number().int().min(least).default(value).meta({ description });

/** CPU request and memory (request and limit) of a container. CPU has no limit: throttling would be back-pressure. */
const container = (cpu: string, memoryMib: number, leastMib: number) => ({
  cpu: z
    .string()
    .regex(/^(\d+m|\d+(\.\d+)?)$/, "must be cores, such as 500m or 1.5")
    .default(cpu)
    .meta({ description: "CPU that is requested, cores. There is no limit: a throttled collector is back-pressure." }),
  memoryMib: count(memoryMib, "Memory that is requested, and its limit, MiB.", leastMib),
});

const block = <T extends z.ZodRawShape>(description: string, shape: T) =>
  z
    .strictObject(shape)
    // The defaults of all its keys make the default of a block.
    .prefault({} as never)
    .meta({ description });

/**
 * Requests, limits, queues and waits of every workload. The defaults fit some hundred spans a second, see the components
 * that read them. A change rolls the workload's pods; one of `agent` rolls the applications'.
 */
export const sizesSchema = block("Requests, limits, queues and waits, for each workload.", {
  agent: block("The collector beside each application. A change rolls the applications.", {
    ...container("20m", 96, 64),
    queueSpans: count(5_000, "Spans that wait in memory while the gateway is away. Beyond it new ones are dropped."),
    retrySeconds: count(300, "How long a span is offered to a gateway that is away, seconds. Then it is dropped.", 10),
  }),
  instrumentation: block("The container that copies the instrumentation into an application's pod.", {
    ...container("10m", 128, 32),
    volumeMib: count(200, "Size limit of the volume that it is copied to, MiB.", 50),
  }),
  gateway: block("The collector that agents deliver to.", {
    ...container("100m", 256, 128),
    queueSpans: count(20_000, "Spans that wait in memory while no sampler takes them."),
  }),
  sampler: block("The collector that decides which traces are kept.", {
    ...container("100m", 512, 256),
    decisionWaitSeconds: count(10, "How long spans of a trace are collected before it is decided on, seconds."),
    undecidedTraces: count(20_000, "Traces that wait for their decision at once, each pod.", 100),
    queueSpans: count(500_000, "Spans of one group that wait on disk while its Jaeger or Elasticsearch is away."),
    storageGib: count(4, "Disk of each pod for those queues, GiB. About 1 kB a span, for every group."),
    stopSeconds: count(60, "How long a pod may take to decide and store what it holds when it ends, seconds.", 10),
  }),
  jaegerCollector: block("The Jaeger collector of each group.", container("50m", 384, 128)),
  jaegerQuery: block("The Jaeger query service of each view.", container("50m", 384, 128)),
  elasticsearch: block("Elasticsearch, where the stack runs it. Its memory follows from elasticsearch.heapMib.", {
    cpu: container("500m", 1, 1).cpu,
    stopSeconds: count(120, "How long the node may take to end, seconds.", 30),
  }),
  vaultAgent: block("The Vault Agent of every pod of the stack.", container("10m", 128, 32)),
});

/** Sizes of all workloads. */
export type Sizes = z.infer<typeof sizesSchema>;
