/**
 * From rates and sizes to replicas, memory, disks and shards: the one model behind the check of the settings, the estimate of the
 * review and `docs/sizing.md`. Plain numbers in and out.
 */

/** What is sent, all of it before sampling. */
export interface Traffic {
  readonly tracesPerSecond: number;
  readonly spansPerSecond: number;
  readonly bytesPerSecond: number;
}

export const nothing: Traffic = { tracesPerSecond: 0, spansPerSecond: 0, bytesPerSecond: 0 };

export function sumOf(all: readonly Traffic[]): Traffic {
  return all.reduce(
    (sum, one) => ({
      tracesPerSecond: sum.tracesPerSecond + one.tracesPerSecond,
      spansPerSecond: sum.spansPerSecond + one.spansPerSecond,
      bytesPerSecond: sum.bytesPerSecond + one.bytesPerSecond,
    }),
    nothing,
  );
}

/** What the settings say of the traffic and of what is to become of it. */
export interface Demand {
  /** By storage group: each has queues and indices of its own. */
  readonly groups: readonly Traffic[];
  /** Share of ordinary traces that is kept, 0 to 1. The largest that any service has: a trace is kept with it. */
  readonly share: number;
  readonly decisionWaitSeconds: number;
  readonly outageSeconds: number;
  readonly retentionDays: number;
  /** How often a document is stored: 1, and one for each replica. */
  readonly copies: number;
  readonly replicas: { readonly gateway: number; readonly sampler: number };
}

/** Milliseconds of CPU that 1,000 spans take: `npm run bench -- pipeline`, and Elasticsearch's as the local one was seen. */
export const cpuMs = { agent: 40, gateway: 50, sampler: 40, jaeger: 60, elasticsearch: 165 } as const;
type Tier = keyof typeof cpuMs;

/** A pod is planned with one core, of which this part is to be used when most is going on: the rest is for peaks. */
const usedCore = 0.7;

/** Spans a second that a pod of a tier is planned with. */
export const spansPerPod = (tier: Tier): number => Math.floor((usedCore * 1e6) / cpuMs[tier]);

/** Share of traces that errors and slow spans keep, on top of the share. A company with more errors has other worries. */
const alwaysKept = 0.05;

/** Share of what is sent that is stored, at most. */
export const keptShare = (share: number): number => Math.min(1, share + alwaysKept);

/**
 * Bytes on a disk of Elasticsearch for a byte of OTLP, with its index. `npm run bench -- store` says 0.3, of orders that are much
 * alike, in one segment: others are packed less well, and the index that is written to has many.
 */
const storedPerByte = 0.5;

/** Elasticsearch stops writing before a disk is full. */
const usableDisk = 0.85;

/** Memory of a span that waits undecided, for a byte of OTLP: measured with 36,000 of the driver's, garbage of a fifth included. */
const heldPerByte = 5;
/** Memory of a sampler that holds nothing, MiB. */
const idleMib = 64;
/** Part of the container's memory that Go may fill: see `goMemoryLimit`. */
export const goShare = 0.7;

/** Larger shards are slow to search and to recover: Elastic's own advice is 10 to 50 GB. */
export const largestShardGb = 50;

const mib = 2 ** 20;
const gib = 2 ** 30;

/** Bytes that one group's spans may take on a sampler's disk: half is left, since the file is copied when it is made smaller. */
export function queueBytes(storageGib: number, groups: number): number {
  return Math.floor((storageGib * gib) / 2 / groups);
}

/** The disk whose part for a group holds so many bytes, GiB. The inverse of {@link queueBytes}. */
export function diskGibFor(bytes: number, groups: number): number {
  return up((bytes * 2 * groups) / gib);
}

/** Bytes of a stored span. */
export const storedBytes = (bytesPerSpan: number): number => bytesPerSpan * storedPerByte;

/** Stored traces, GiB. */
export function storedGib(
  bytesPerSecond: number,
  { days, share, copies }: { days: number; share: number; copies: number },
): number {
  return (storedBytes(bytesPerSecond) * 86_400 * days * share * copies) / gib;
}

/** What a stack needs at least. */
export interface Need {
  readonly gateways: number;
  readonly samplers: number;
  /** Traces that wait undecided, each sampler. */
  readonly undecidedTraces: number;
  /** Memory of each sampler, MiB. */
  readonly samplerMib: number;
  /** Disk of each sampler, GiB. */
  readonly queueGib: number;
  /** Pods of the busiest group. */
  readonly jaegerCollectors: number;
  /** Disks of Elasticsearch together, GiB. */
  readonly storeGib: number;
  /** Shards of spans that are rolled over by size, on top of those by age. */
  readonly shardsBySize: number;
  /** Cores of Elasticsearch for writing alone. */
  readonly storeCores: number;
}

/** The whole model. Replicas of the demand are those that there are: what one sampler needs follows from them. */
export function needOf(demand: Demand): Need {
  const { groups, share, decisionWaitSeconds, outageSeconds, retentionDays, copies, replicas } = demand;
  const all = sumOf(groups);
  const kept = keptShare(share);
  const busiest = (of: (group: Traffic) => number) => Math.max(0, ...groups.map(of));
  // A trace of the share goes on from its first span; the others wait. A tick of the clock comes on top of the wait.
  const waits = (1 - share) * (decisionWaitSeconds + 1);
  const heldBytes = (all.bytesPerSecond * waits * heldPerByte) / replicas.sampler;
  const stored = storedGib(all.bytesPerSecond, { days: retentionDays, share: kept, copies });
  return {
    gateways: pods(all.spansPerSecond, "gateway"),
    samplers: pods(all.spansPerSecond, "sampler"),
    undecidedTraces: up((all.tracesPerSecond * waits) / replicas.sampler),
    samplerMib: up((idleMib + heldBytes / mib) / goShare),
    queueGib: diskGibFor(
      (busiest((group) => group.bytesPerSecond) * kept * outageSeconds) / replicas.sampler,
      groups.length,
    ),
    jaegerCollectors: pods(busiest((group) => group.spansPerSecond) * kept, "jaeger"),
    storeGib: up(stored / usableDisk),
    shardsBySize: copies * Math.floor((stored * gib) / copies / (largestShardGb * 1e9)),
    storeCores: (all.spansPerSecond * kept * copies) / spansPerPod("elasticsearch"),
  };
}

/** To the next whole number, but not for what is only a number's last digit. */
function up(value: number): number {
  return Math.ceil(Number(value.toPrecision(12)));
}

function pods(spansPerSecond: number, tier: Tier): number {
  return Math.max(1, up(spansPerSecond / spansPerPod(tier)));
}
