import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig, V1Pod } from "@kubernetes/client-node";
import type { Service } from "../../config/landscape.ts";
import { AskError } from "../../lib/ask-error.ts";
import { ask } from "../check/answer.ts";
import { readWorkload } from "../check/read.ts";
import { titleOf } from "../check/workload.ts";
import type { Outcome } from "./outcome.ts";
import { newestPods } from "./pods.ts";
import { patienceOf, progressOf, type Progress } from "./progress.ts";
import { takeBack } from "./take-back.ts";

const pauseMs = 2000;
/** A container without a readiness probe is ready as soon as it runs, and may end a moment later. */
const settleMs = 15_000;

/**
 * Follows the rollout that a patch started. If the application does not start with it, the patch is taken back, so that the
 * application runs as before, and the way back is followed too.
 */
export async function followRollout(config: KubeConfig, service: Service): Promise<Outcome> {
  const { progress, pods } = await untilEnd(config, service);
  if (progress.state === "through") return { state: "through" };
  if (progress.state === "held") return { state: "held", reason: progress.reason };
  if (progress.state === "unread") return { state: "not known", reason: progress.reason };
  const reason = progress.state === "failed" ? progress.reason : `its rollout stands still: ${progress.step}`;
  await takeBack(config, service, pods);
  const { progress: after } = await untilEnd(config, service);
  if (after.state === "through" || after.state === "held") return { state: "taken back", reason };
  return { state: "taken back", reason, lacks: after.state === "under way" ? after.step : after.reason };
}

/** Also: the run may not look, or the workload is gone. */
type Seen = Progress | { state: "unread"; reason: string };

interface Look {
  progress: Seen;
  /** Pods of the newest template. */
  pods: V1Pod[];
  patienceMs: number;
}

/** Waits until a rollout is through, or will not get there, or stands still for longer than it may. */
async function untilEnd(config: KubeConfig, service: Service): Promise<Look> {
  let through: number | undefined;
  let last = { step: "", at: Date.now() };
  for (;;) {
    const look = await lookNow(config, service);
    const { progress, patienceMs } = look;
    const now = Date.now();
    through = progress.state === "through" ? (through ?? now) : undefined;
    if (through === undefined ? progress.state !== "under way" : now - through >= settleMs) return look;
    if (progress.state === "under way") {
      if (progress.step !== last.step) last = { step: progress.step, at: now };
      if (now - last.at > patienceMs) return look;
    }
    await sleep(pauseMs);
  }
}

async function lookNow(config: KubeConfig, service: Service): Promise<Look> {
  const nothing = { pods: [], patienceMs: patienceOf(service) };
  try {
    const answer = await ask(async () => {
      const workload = await readWorkload(config, service);
      const pods = await newestPods(config, service, workload);
      return {
        progress: progressOf(service.workload, workload, pods),
        pods,
        patienceMs: patienceOf(service, workload),
      };
    });
    if (answer.state === "read") return answer.value;
    const reason = answer.state === "unread" ? answer.reason : `${titleOf(service)} is gone`;
    return { ...nothing, progress: { state: "unread", reason } };
  } catch (error) {
    // An API server that is away for a moment says nothing about the rollout.
    if (error instanceof AskError) return { ...nothing, progress: { state: "under way", step: error.message } };
    throw error;
  }
}
