import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { queueBytes } from "../../../config/sizing.ts";
import { unassignedGroup } from "../../../lib/names.ts";
import type { Span } from "../../../lib/planted/otlp.ts";
import { newDisk } from "./disk.ts";
import { browser, forgottenMs, landscape, size, startSampler, type Sampler } from "./sampler.ts";

/** Something that the sampler must do. */
export interface Case {
  title: string;
  /** @returns what was not as it must be. */
  run(): Promise<string[]>;
}

const [first, second] = landscape.services;
if (!first || !second || first.group === second.group) throw new Error("The landscape needs services of two groups.");

const traceId = () => randomBytes(16).toString("hex");

/** A span of 10 ms without an error, unless told otherwise. */
function span(trace: string, name: string, { ms = 10, error = false, size = 0 } = {}): Span {
  const begin = Date.now() - ms;
  return {
    traceId: trace,
    spanId: randomBytes(8).toString("hex"),
    name,
    kind: 1,
    startTimeUnixNano: `${begin}000000`,
    endTimeUnixNano: `${begin + ms}000000`,
    attributes: size > 0 ? [{ key: "filling", value: { stringValue: "x".repeat(size) } }] : [],
    status: error ? { code: 2 } : {},
  };
}

/** A case about what one group's Jaeger gets. */
function keeps(
  title: string,
  sampling: Parameters<typeof startSampler>[0],
  send: (sampler: Sampler) => Promise<void>,
  wanted: readonly string[],
  { group = first!.group, browsers = false } = {},
): Case {
  return {
    title,
    async run() {
      const sampler = await startSampler(sampling, { browsers });
      await send(sampler);
      const names = (await sampler.delivered(group, wanted.length)).map(({ spanName }) => spanName).sort();
      await sampler.stop();
      return names.join() === [...wanted].sort().join()
        ? []
        : [`stored: ${names.join(", ") || "nothing"}; must be: ${wanted.join(", ") || "nothing"}`];
    },
  };
}

/** Sends spans one after the other, with a pause before each but the first. */
const oneByOne = (pauseMs: number, ...spans: [service: string, span: Span][]) =>
  async function (sampler: Sampler) {
    for (const [index, [service, one]] of spans.entries()) {
      if (index > 0) await sleep(pauseMs);
      await sampler.send(service, [one]);
    }
  };

const trace = {
  late: traceId(),
  slow: traceId(),
  held: traceId(),
  both: traceId(),
  own: traceId(),
  browser: traceId(),
  shared: traceId(),
  slowToo: traceId(),
};
const backEnd = landscape.services.find(({ group }) => group === browser.group)!;

export const cases: readonly Case[] = [
  keeps(
    "at 0 %, an error that comes long after its trace was dropped is stored, by itself",
    { percent: 0 },
    oneByOne(
      forgottenMs,
      [first.id, span(trace.late, "begin")],
      [first.id, span(trace.late, "late error", { error: true })],
    ),
    ["late error"],
  ),
  keeps(
    "at 0 %, so is a calculation of 25 minutes",
    { percent: 0 },
    oneByOne(
      forgottenMs,
      [first.id, span(trace.slow, "begin")],
      [first.id, span(trace.slow, "late and slow", { ms: 25 * 60_000 })],
    ),
    ["late and slow"],
  ),
  keeps(
    "errors and slow spans of browsers keep nothing; where they are part of a back end's trace, they are kept with it",
    { percent: 0 },
    oneByOne(
      300,
      [browser.id, span(trace.browser, "browser's error", { error: true })],
      [browser.id, span(trace.browser, "browser's slow", { ms: 60_000 })],
      [browser.id, span(trace.shared, "browser's part")],
      [backEnd.id, span(trace.shared, "back end's error", { error: true })],
      [backEnd.id, span(trace.slowToo, "back end's slow", { ms: 60_000 })],
    ),
    ["browser's part", "back end's error", "back end's slow"],
    { group: browser.group, browsers: true },
  ),
  keeps(
    "at 0 %, an error brings the spans that were held back, and what comes later",
    { percent: 0 },
    oneByOne(
      500,
      [first.id, span(trace.held, "before")],
      [first.id, span(trace.held, "error", { error: true })],
      [first.id, span(trace.held, "after")],
    ),
    ["before", "error", "after"],
  ),
  keeps(
    "a service's own 0 % does not lower a trace that another service wants",
    { percent: 100, services: { [first.id]: 0 } },
    oneByOne(300, [first.id, span(trace.both, "unwanted")], [second.id, span(trace.both, "wanted")]),
    ["unwanted"],
  ),
  keeps(
    "a trace of that service alone is not kept",
    { percent: 100, services: { [first.id]: 0 } },
    oneByOne(0, [first.id, span(trace.own, "unwanted")]),
    [],
  ),
  {
    title:
      "one group's Jaeger is away until its queue is full: the others go on, and what is refused is counted in the log",
    async run() {
      const sampler = await startSampler({ percent: 100 }, { queueBytes: 600_000 });
      sampler.refuse(second.group, true);
      const sent = 3_000;
      for (let batch = 0; batch < sent / 100; batch++) {
        await sampler.send(
          second.id,
          Array.from({ length: 100 }, () => span(traceId(), "for the broken one", { size: 500 })),
        );
      }
      await sampler.send(
        first.id,
        Array.from({ length: 50 }, () => span(traceId(), "for the other")),
      );
      const others = await sampler.delivered(first.group, 50);
      const rejected = sampler.rejected(second.group);
      sampler.refuse(second.group, false);
      const kept = await sampler.delivered(second.group, sent - rejected);
      await sampler.stop();
      return [
        ...(others.length === 50 ? [] : [`the other group got ${others.length} of 50 spans`]),
        ...(rejected > 0 ? [] : ["nothing was refused: the queue was not full, and the case shows nothing"]),
        ...(kept.length + rejected === sent ? [] : [`${kept.length} stored and ${rejected} refused of ${sent}`]),
      ];
    },
  },
  {
    title:
      "all groups' Jaegers are away until all queues are full: the disk never is, and what it has survives a crash",
    async run() {
      const gib = 1;
      const disk = await newDisk(gib);
      const sampler = await startSampler({ percent: 100 }, { disk: { folder: disk.folder, gib } });
      const groups = [...new Set(landscape.services.map(({ group }) => group)), unassignedGroup];
      for (const group of groups) sampler.refuse(group, true);
      const [size, batch] = [20_000, 50];
      // A tenth more than fits.
      const batches = Math.ceil((1.1 * queueBytes(gib, groups.length)) / size / batch);
      // One group after the other: so the pieces that the disk gets are as large as they can be.
      for (const group of groups) {
        const { id } = landscape.services.find((one) => one.group === group) ?? { id: "nobody's" };
        for (let done = 0; done < batches; done++) {
          await sampler.send(
            id,
            Array.from({ length: batch }, () => span(traceId(), "waits", { size })),
          );
        }
      }
      await sleep(2_000);
      const used = await disk.used();
      const errors = sampler.errors();
      const rejected = new Map(groups.map((group) => [group, sampler.rejected(group)]));
      await sampler.crash();
      for (const group of groups) sampler.refuse(group, false);
      const sent = batches * batch;
      const wrong: string[] = [];
      for (const [group, refused] of rejected) {
        const { length: kept } = await sampler.delivered(group, sent - refused);
        if (refused === 0)
          wrong.push(`${group}: nothing was refused: its queue was not full, and the case shows nothing`);
        if (kept + refused !== sent) wrong.push(`${group}: ${kept} stored and ${refused} refused of ${sent}`);
      }
      errors.push(...sampler.errors());
      await sampler.stop();
      return [
        ...wrong,
        ...(used < 0.9 ? [] : [`${Math.round(used * 100)} % of the disk were in use`]),
        ...errors.map((line) => `log: ${line.slice(0, 300)}`),
      ];
    },
  },
  {
    title: "undecided spans of 20 kB come as fast as they can: the gateway waits, and the container's limit holds",
    async run() {
      const { memoryMib, decisionWaitSeconds: waitSeconds } = size;
      const sampler = await startSampler({ percent: 0 }, { waitSeconds });
      const until = Date.now() + 25_000;
      let [peak, sent] = [0, 0];
      // As many requests at once as three gateways have.
      await Promise.all([
        ...Array.from({ length: 12 }, async () => {
          for (; Date.now() < until; sent += 100) await sampler.flood(first.id, 100, 20_000);
        }),
        (async () => {
          for (; Date.now() < until; await sleep(20)) peak = Math.max(peak, await sampler.memoryMib());
        })(),
      ]);
      await sampler.stop();
      return [
        ...(sent * 0.02 > memoryMib
          ? []
          : [`only ${sent} spans were sent: they need not fit, and the case shows nothing`]),
        // The kernel counts some of its own against the limit.
        ...(peak < 0.95 * memoryMib ? [] : [`${Math.round(peak)} of ${memoryMib} MiB were in use`]),
      ];
    },
  },
  {
    title: "what was kept survives a crash",
    async run() {
      const sampler = await startSampler({ percent: 100 });
      sampler.refuse(first.group, true);
      const sent = 500;
      await sampler.send(
        first.id,
        Array.from({ length: sent }, () => span(traceId(), "kept")),
      );
      await sleep(2_000);
      await sampler.crash();
      sampler.refuse(first.group, false);
      const stored = await sampler.delivered(first.group, sent);
      await sampler.stop();
      const ids = new Set(stored.map((one) => one.traceId));
      return ids.size === sent ? [] : [`${ids.size} of ${sent} traces were stored afterwards`];
    },
  },
];
