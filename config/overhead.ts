import type { Runtime } from "./model.ts";
import { agentOfProfile, type Profile } from "./profiles.ts";
import type { Sizes } from "./settings/sizes.ts";

/**
 * What tracing may cost an application's pod: the declared budget. `npm run bench -- application` measures back ends of the local
 * landscape and fails where one of them costs more; the check before an `up` holds the memory against each container's limit;
 * docs/sizing.md says it to owners.
 */
export interface Overhead {
  /** CPU of the application for a request, milliseconds on top of its own. */
  readonly cpuMs: number;
  /** The same of the agent beside it. */
  readonly agentCpuMs: number;
  /** Memory in the application's own container, below its own limit, MiB. */
  readonly memoryMib: number;
  /** Until the instrumentation is copied into the pod. */
  readonly copySeconds: number;
  /** Then, until the application's first answer. */
  readonly startSeconds: number;
  /** Of answers, milliseconds: of half of them, and of all but the slowest hundredth. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Whether the numbers come from a run. */
type Source = "measured" | "assumed";

type Budget = { readonly source: Source } & Readonly<Record<Profile, Overhead>>;

const java: Omit<Budget, "source"> = {
  normal: { cpuMs: 1, agentCpuMs: 0.2, memoryMib: 110, copySeconds: 2, startSeconds: 8, p50Ms: 2, p99Ms: 15 },
  weak: { cpuMs: 1, agentCpuMs: 0.1, memoryMib: 100, copySeconds: 2, startSeconds: 8, p50Ms: 2, p99Ms: 10 },
};

/**
 * Measured: medians of the runs in decision 0040, with room for other machines and requests: half as much memory again, and about
 * twice the rest. What a weak service saves is the agent's most of all: an SDK that records a tenth does much of the work all the
 * same.
 */
export const overhead: Readonly<Record<Runtime, Budget>> = {
  java: { source: "measured", ...java },
  // 7,000 small files: a second, and what the node's disk adds.
  nodejs: {
    source: "measured",
    normal: { cpuMs: 3.5, agentCpuMs: 0.2, memoryMib: 65, copySeconds: 5, startSeconds: 2, p50Ms: 4, p99Ms: 35 },
    weak: { cpuMs: 2.5, agentCpuMs: 0.1, memoryMib: 60, copySeconds: 5, startSeconds: 2, p50Ms: 4, p99Ms: 25 },
  },
  // Nothing of .NET can be had where the bench runs. It has a virtual machine, and is taken for as expensive as the other one.
  dotnet: { source: "assumed", ...java },
};

/** Memory that the agent of a service may have, MiB: its container's limit. */
export const agentMemoryMib = (profile: Profile, agent: Sizes["agent"]): number =>
  agentOfProfile(profile, agent).memoryMib;
