/**
 * Sizes of messages between the parts of the stack, for every hop. gRPC refuses a message above the receiver's limit for
 * good: what is in it is thrown away, without another try. So a sender counts bytes, not spans, and keeps far below.
 */

/** Largest message that a receiver takes, MiB. gRPC's own default is 4. */
export const receiverLimitMib = 16;

/** From this size on a batch is sent without waiting, bytes. */
const batchMinBytes = 500_000;

/**
 * Largest batch that a sender makes, bytes. A single span that is larger still fits the receiver, up to its limit.
 *
 * Agents are many, and all of them come back at once after a gateway was away: a hundred with two messages of 2 MB each filled its
 * container before it could refuse one.
 */
export const batchMaxBytes = { agent: 250_000, sampler: 2_000_000 } as const;

/**
 * The batching of a sender.
 *
 * @param sender whose largest batch it is.
 * @param wait how long a batch waits for more, as the collector writes durations. Each batch costs as much as some tens of spans, on
 * both sides of a hop; what waits is in memory.
 */
export const batchByBytes = (sender: keyof typeof batchMaxBytes, wait: string) => ({
  flush_timeout: wait,
  sizer: "bytes",
  min_size: Math.min(batchMinBytes, batchMaxBytes[sender]),
  max_size: batchMaxBytes[sender],
});

/** A span that queues in memory are planned with, bytes of OTLP. Real ones of the local landscape have 560. */
const queuedSpanBytes = 1_600;

/** Part of a container's memory that may wait in its queue, in bytes of OTLP: real spans take five times that. */
const queuedPart = 12;

/**
 * Size of a sender's queue in memory, bytes. Not spans: 5,000 of 20 kB are more memory than an agent has, and one that is killed
 * loses all that waits.
 */
export function memoryQueueBytes({ queueSpans, memoryMib }: { queueSpans: number; memoryMib: number }): number {
  const fits = Math.floor((memoryMib * 2 ** 20) / queuedPart);
  return Math.max(batchMinBytes, Math.min(queueSpans * queuedSpanBytes, fits));
}
