import { z } from "zod";
import { parseDuration } from "../../lib/time.ts";
import { recordOf } from "./records.ts";

/**
 * What a back end sends where nobody has said. Spans and bytes are measured on the orders of the local landscape, whose recording
 * the bench replays (`local/bench/load`): 3.8 and 472. The rate is a company's own business, and taken for given. Bytes are those
 * of OTLP between the tiers, which are also those in the queues.
 */
export const measuredTraffic = { tracesPerSecond: 10, spansPerTrace: 4, bytesPerSpan: 500 } as const;

const rate = {
  tracesPerSecond: z
    .number()
    .min(0.001)
    .max(1_000_000)
    .meta({
      description: "Traces a second that the service takes part in, when most is going on.",
      unit: "traces/s",
      examples: [50],
    }),
  spansPerTrace: z
    .number()
    .positive()
    .max(100_000)
    .meta({
      description: "Spans that it adds to each of them.",
      unit: "spans",
      examples: [12],
    }),
  bytesPerSpan: z
    .number()
    .int()
    .min(50)
    .max(1_000_000)
    .meta({
      description: "Size of its spans between the tiers and in the queues, as OTLP.",
      unit: "bytes",
      examples: [800],
    }),
};

/** The same for one service. */
const ownOf = <K extends keyof typeof rate>(key: K) =>
  rate[key].optional().meta({ ...rate[key].meta(), absent: `\`expected.${key}\`` });

/** @param serviceIds services of the landscape. */
export function expected(serviceIds: readonly string[]) {
  const service = z
    .strictObject({
      tracesPerSecond: ownOf("tracesPerSecond"),
      spansPerTrace: ownOf("spansPerTrace"),
      bytesPerSpan: ownOf("bytesPerSpan"),
    })
    .meta({
      description: "What is different about a single back end.",
      examples: [{ tracesPerSecond: 50 }],
    });
  return z
    .strictObject({
      tracesPerSecond: rate.tracesPerSecond.default(measuredTraffic.tracesPerSecond),
      spansPerTrace: rate.spansPerTrace.default(measuredTraffic.spansPerTrace),
      bytesPerSpan: rate.bytesPerSpan.default(measuredTraffic.bytesPerSpan),
      services: recordOf(serviceIds, service)
        .default({})
        .meta({ description: "What is different about single back ends.", absent: "the same for all" }),
    })
    .optional()
    .meta({
      description:
        "What each back end sends. Replicas, memory, queues, volumes and shards that are too small for it are refused, see docs/sizing.md.",
      absent: "nothing is known of the load, and nothing is compared with it",
      examples: [{ tracesPerSecond: 20, spansPerTrace: 8 }],
    });
}

const duration = z
  .string()
  .regex(/^\d+[smhd]$/, "must be a duration, such as 90s, 15m, 2h or 3d")
  .refine((text) => !/^\d+[smhd]$/.test(text) || parseDuration(text) <= parseDuration("7d"), "must be 7d at most");

export const survive = z
  .strictObject({
    elasticsearchOutage: duration.optional().meta({
      description:
        "How long Elasticsearch may be away without a kept span being lost. What the disks of the samplers cannot hold for so long is refused. The load is that of `expected`, or the measured one.",
      absent: "no promise: the disks hold what they hold",
      examples: ["4h"],
    }),
  })
  .prefault({})
  .meta({ description: "What is to be survived without loss.", examples: [{ elasticsearchOutage: "4h" }] });
