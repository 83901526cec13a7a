import { z } from "zod";
import { storageClass } from "./storage-class.ts";

/** The collector counts times in nanoseconds, Kubernetes sizes in bytes, both in 64 bits: a slip of the hand must not get there. */
const most: Readonly<Record<string, number>> = { seconds: 30 * 24 * 3600, GiB: 100_000, MiB: 10_000_000 };

/** A positive whole number of something. */
const count = (value: number, unit: string, description: string, least = 1) =>
  z
    .number()
    .int()
    .min(least)
    .max(most[unit] ?? 1_000_000_000)
    .default(value)
    .meta({ description, unit, examples: [2 * value] });

const cores = (value: string) =>
  z
    .string()
    .regex(/^(\d{1,6}m|\d{1,3}(\.\d{1,3})?)$/, "must be cores, such as 500m or 1.5: not finer than 1m")
    .refine((text) => Number.parseFloat(text) > 0, { error: "is none: a container gets next to nothing then" })
    .default(value)
    .meta({
      description:
        "CPU that is requested, cores. There is no limit: a throttled collector is back-pressure. Programs in Go run on as many cores at once, and one at least.",
      examples: [value],
    });

/** CPU request and memory (request and limit) of a container. */
const container = (cpu: string, memoryMib: number, leastMib: number) => ({
  cpu: cores(cpu),
  memoryMib: count(memoryMib, "MiB", "Memory that is requested, and its limit.", leastMib),
});

const block = <T extends z.ZodRawShape>(description: string, shape: T, example: object) =>
  z
    .strictObject(shape)
    // The defaults of all its keys make the default of a block.
    .prefault({} as never)
    .meta({ description, examples: [example] });

/**
 * Requests, limits, queues and waits of every workload. The defaults fit some hundred spans a second, see the components
 * that read them. A change rolls the workload's pods; one of `agent` rolls the applications'.
 */
export const sizes = block(
  "Requests, limits, queues and waits, for each workload.",
  {
    agent: block(
      "The collector beside each application. A change rolls the applications.",
      {
        ...container("20m", 96, 64),
        queueSpans: count(
          5_000,
          "spans",
          "Spans of 1.6 kB that wait in memory while the gateway is away, larger ones fewer, smaller ones more. Beyond it new ones are refused: the application keeps what it has room for. Never more than a twelfth of `memoryMib`: what waits takes several times its size.",
        ),
        retrySeconds: count(
          24 * 3600,
          "seconds",
          "How long a span is offered to a gateway that is away. Then it is dropped. Memory is bounded by `queueSpans`, not by this: a service of few spans loses none in a long outage.",
          10,
        ),
      },
      { memoryMib: 128 },
    ),
    instrumentation: block(
      "The container that copies the instrumentation into an application's pod.",
      {
        ...container("10m", 128, 32),
        volumeMib: count(200, "MiB", "Size limit of the volume that it is copied to.", 50),
      },
      { volumeMib: 400 },
    ),
    frontEnd: block(
      "The collector that browsers of one front end deliver to.",
      {
        ...container("20m", 128, 64),
        cpuLimit: cores("200m").meta({
          description: "Limit of its CPU, cores: more a flood of browsers does not get of the node.",
          examples: ["500m"],
        }),
        queueSpans: count(
          2_000,
          "spans",
          "Spans of 1.6 kB that wait in memory while the gateway is away, as of the agent.",
        ),
      },
      { memoryMib: 256 },
    ),
    gateway: block(
      "The collector that agents deliver to.",
      {
        ...container("100m", 256, 128),
        queueSpans: count(
          20_000,
          "spans",
          "Spans of 1.6 kB that wait in memory while no sampler takes them, as of the agent. Beyond it agents keep what they have.",
        ),
      },
      { memoryMib: 512 },
    ),
    sampler: block(
      "The collector that decides which traces are kept.",
      {
        ...container("100m", 512, 256),
        decisionWaitSeconds: count(
          10,
          "seconds",
          "How long spans wait for a reason to keep their trace: an error, a slow span, or a service whose share it falls into. Then they are dropped; later ones are judged by themselves.",
        ),
        undecidedTraces: count(
          20_000,
          "traces",
          "Traces without such a reason that wait at once, each pod. Beyond it the gateway waits.",
          100,
        ),
        storageGib: count(
          4,
          "GiB",
          "Disk of each pod. Half of it holds what waits while a Jaeger or Elasticsearch is away, every group an equal part: with four groups, 4 GiB are about 500,000 spans of 1 kB for each. When a group's part is full, its new spans are dropped and counted in the log. It can grow, if the storage class can expand volumes; it cannot shrink.",
        ),
        storageClass,
        stopSeconds: count(
          60,
          "seconds",
          "How long a pod may take to decide and store what it holds when it ends.",
          10,
        ),
      },
      { memoryMib: 1024, storageGib: 20 },
    ),
    jaegerCollector: block("The Jaeger collector of each group.", container("50m", 384, 128), { memoryMib: 768 }),
    jaegerQuery: block("The Jaeger query service of each view.", container("50m", 384, 128), { memoryMib: 768 }),
    signIn: block("The proxy before each view's Jaeger that asks who somebody is.", container("10m", 64, 32), {
      memoryMib: 128,
    }),
    audit: block("The collector in the pods of each view that stores who read what.", container("10m", 96, 64), {
      memoryMib: 128,
    }),
    elasticsearch: block(
      "Elasticsearch, where the stack runs it. Its memory follows from elasticsearch.heapMib.",
      {
        cpu: cores("500m"),
        stopSeconds: count(120, "seconds", "How long the node may take to end.", 30),
      },
      { cpu: "2" },
    ),
    vaultAgent: block("The Vault Agent of every pod of the stack.", container("10m", 128, 32), { memoryMib: 192 }),
  },
  { sampler: { memoryMib: 1024, storageGib: 20 } },
);

/** Sizes of all workloads. */
export type Sizes = z.infer<typeof sizes>;
