import { demandOf } from "./demand.ts";
import { message, writeAs } from "./explain.ts";
import type { Catalogue } from "./model.ts";
import type { Settings } from "./settings.ts";
import { needOf, sumOf, type Demand, type Need } from "./sizing.ts";

/** What is too small for what the stack expects, with the numbers. */
export function sizingContradictions(catalogue: Catalogue, settings: Settings): string[] {
  const demand = demandOf(catalogue, settings);
  if (!demand) return [];
  // All lines to write fit each other: what a sampler needs is what it needs beside as many others as there must be.
  const sampler = Math.max(demand.replicas.sampler, needOf(demand).samplers);
  const need = needOf({ ...demand, replicas: { ...demand.replicas, sampler } });
  const { spansPerSecond } = sumOf(demand.groups);
  return checksOf(settings, demand).flatMap(({ path, has, of, why }) => {
    const wants = of(need);
    if (wants <= has) return [];
    return message(path, has, `is too small for ${round(spansPerSecond)} spans a second: ${why(demand, need)}`, {
      write: writeAs(path, wants),
    });
  });
}

interface Check {
  path: readonly string[];
  has: number;
  of: (need: Need) => number;
  why: (demand: Demand, need: Need) => string;
}

function checksOf({ replicas, sizes, elasticsearch, survive }: Settings, { share }: Demand): Check[] {
  const { sampler } = sizes;
  const undecided = `${round((1 - share) * 100)} % of the traces wait ${sampler.decisionWaitSeconds} s for their decision`;
  return [
    {
      path: ["replicas", "gateway"],
      has: replicas.gateway,
      of: ({ gateways }) => gateways,
      why: (_, { gateways }) => `they are work for ${gateways} gateways of one core`,
    },
    {
      path: ["replicas", "sampler"],
      has: replicas.sampler,
      of: ({ samplers }) => samplers,
      why: (_, { samplers }) => `they are work for ${samplers} samplers of one core`,
    },
    {
      path: ["replicas", "jaegerCollector"],
      has: replicas.jaegerCollector,
      of: ({ jaegerCollectors }) => jaegerCollectors,
      why: (_, { jaegerCollectors }) =>
        `what is kept of the busiest group is work for ${jaegerCollectors} collectors of one core`,
    },
    {
      path: ["sizes", "sampler", "undecidedTraces"],
      has: sampler.undecidedTraces,
      of: ({ undecidedTraces }) => undecidedTraces,
      why: (_, { undecidedTraces }) => `${undecided}, ${undecidedTraces} in each sampler; above it the gateways wait`,
    },
    {
      path: ["sizes", "sampler", "memoryMib"],
      has: sampler.memoryMib,
      of: ({ samplerMib }) => samplerMib,
      why: (_, { samplerMib }) => `${undecided}, and take ${samplerMib} MiB in each sampler`,
    },
    {
      path: ["sizes", "sampler", "storageGib"],
      has: sampler.storageGib,
      of: ({ queueGib }) => queueGib,
      why: ({ groups }, { queueGib }) =>
        `an outage of ${survive.elasticsearchOutage ?? "0s"} needs ${queueGib} GiB on each of the samplers, where the busiest of ${groups.length} groups has a part of half the disk`,
    },
    ...(elasticsearch.mode === "managed"
      ? [
          {
            path: ["elasticsearch", "storageGib"],
            has: elasticsearch.storageGib,
            of: ({ storeGib }: Need) => Math.ceil(storeGib / elasticsearch.nodes),
            why: ({ retentionDays }: Demand, { storeGib }: Need) =>
              `what is kept of them takes ${storeGib} GiB in ${retentionDays} days${elasticsearch.nodes > 1 ? ` on ${elasticsearch.nodes} nodes` : ""}, with the room that Elasticsearch keeps free`,
          },
        ]
      : []),
  ];
}

const round = (value: number) => Number(value.toPrecision(3));
