import { loadavg } from "node:os";
import { Agent, request } from "undici";
import type { Service } from "../../../config/landscape.ts";
import { profiles, type Profile } from "../../../config/profiles.ts";
import { percentile } from "../visible.ts";
import { drive, type Load } from "./load.ts";
import type { Ask } from "./orders.ts";
import type { Pod, PodPlace } from "./pod.ts";
import type { Steps } from "./subjects.ts";

/** Without instrumentation, and with it by profile. */
const variants = ["off", ...profiles] as const;
type Variant = (typeof variants)[number];

/** What was seen of a pod. */
export interface Seen {
  readonly copySeconds: number;
  readonly startSeconds: number;
  /** CPU of the application for a request, milliseconds. */
  readonly cpuMs: number;
  /** The most memory of the application, MiB. */
  readonly memoryMib: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly agentCpuMs: number;
  readonly agentMemoryMib: number;
  /** That have come out of the agent, for a request. */
  readonly spans: number;
}

/** What was seen of each variant in one turn. */
export type Turn = Readonly<Record<Variant, Seen>>;

interface Site {
  readonly place: PodPlace;
  readonly service: Service;
  readonly port: number;
  readonly steps: (ask: Ask) => Promise<Steps>;
  /** Spans that have come out of agents so far. */
  readonly spans: () => number;
  readonly progress: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Measures all variants one after the other, again and again, so that what else the machine does is felt by all of them. */
export async function measureInTurns(site: Site, turns: number, load: Load): Promise<Turn[]> {
  // Files are read for the first time, and the database makes its tables.
  site.progress("to warm up");
  await seen(site, "normal", { ...load, seconds: 1 });
  const all: Turn[] = [];
  for (let turn = 1; turn <= turns; turn++) {
    const one: Partial<Record<Variant, Seen>> = {};
    for (const variant of variants) {
      site.progress(`turn ${turn} of ${turns}, ${variant}; load of the machine ${loadavg()[0]!.toFixed(1)}`);
      one[variant] = await seen(site, variant, load);
    }
    all.push(one as Turn);
  }
  return all;
}

async function seen(site: Site, variant: Variant, load: Load): Promise<Seen> {
  const { place, service, signal } = site;
  const before = site.spans();
  const pod = await place.start(variant === "off" ? undefined : { ...service, profile: variant satisfies Profile });
  const dispatcher = new Agent({ connections: 20 });
  try {
    await using work = await site.steps(askerOf(site.port, dispatcher, signal));
    let begun = await usedBy(pod);
    const driven = await drive(work.steps, load, async () => void (begun = await usedBy(pod)), signal);
    const used = await usedBy(pod);
    const memory = { memoryMib: await pod.application.peakMib(), agentMemoryMib: (await pod.agent?.peakMib()) ?? 0 };
    if (driven.failures.length > 0)
      throw new Error(
        `${driven.failures.length} of ${driven.sent} requests failed, such as: ${[...new Set(driven.failures)].slice(0, 3).join("; ")}\n${pod.application.log().slice(-2_000)}`,
      );
    // Who ends hands on what is left.
    await pod.stop();
    const spans = site.spans() - before;
    if (pod.agent && spans === 0)
      throw new Error(`${service.id} has sent no span: it is not instrumented.\n${pod.application.log()}`);
    return {
      copySeconds: pod.copySeconds,
      startSeconds: pod.startSeconds,
      cpuMs: (used.application - begun.application) / driven.requests,
      ...memory,
      p50Ms: percentile(driven.latencyMs, 50),
      p99Ms: percentile(driven.latencyMs, 99),
      agentCpuMs: (used.agent - begun.agent) / driven.requests,
      spans: spans / driven.sent,
    };
  } finally {
    await pod.stop();
    await dispatcher.destroy();
  }
}

async function usedBy({ application, agent }: Pod): Promise<{ application: number; agent: number }> {
  return { application: await application.cpuMs(), agent: (await agent?.cpuMs()) ?? 0 };
}

/** The application's own words are what helps most: they come with its log. */
function askerOf(port: number, dispatcher: Agent, signal: AbortSignal): Ask {
  return async (method, path, { status, json, file }) => {
    const { statusCode, body } = await request(`http://127.0.0.1:${port}${path}`, {
      ...{ method, dispatcher, signal },
      headers: json ? { "content-type": "application/json" } : file ? { "content-type": "model/stl" } : {},
      body: json ? JSON.stringify(json) : (file ?? null),
    });
    const text = await body.text();
    if (statusCode !== status)
      throw new Error(`${method} answered ${statusCode}, not ${status}: ${text.slice(0, 200)}`);
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  };
}
