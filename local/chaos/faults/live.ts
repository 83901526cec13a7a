import { setTimeout as sleep } from "node:timers/promises";
import type { Kubernetes } from "../../landscape/kubernetes/client.ts";

/** What every fault is handed. */
export interface Live {
  kubernetes: Kubernetes;
  /** PEM: root of the stack's certificates. */
  root: string;
  /** How long the fault lasts, milliseconds. */
  holdMs: number;
  /** Ends a fault that has a begin and an end. Default: after {@link holdMs}. */
  until?: () => Promise<unknown>;
  progress: (message: string) => void;
  signal: AbortSignal;
}

/** Waits until the fault is to be over. */
export async function hold({ until, holdMs, signal }: Pick<Live, "until" | "holdMs" | "signal">): Promise<void> {
  await (until ? until() : sleep(holdMs, undefined, { signal }));
}
