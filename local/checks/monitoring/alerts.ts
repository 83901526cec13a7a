import { readFile } from "node:fs/promises";
import type { Landscape } from "../../../config/landscape.ts";
import { AskError } from "../../../lib/ask-error.ts";
import { entrancesOf } from "../../chaos/entrances.ts";
import type { Live } from "../../chaos/faults/live.ts";
import { Load } from "../../chaos/load.ts";
import { connect } from "../../landscape/kubernetes/client.ts";
import { corporateCa } from "../../paths.ts";
import { untilItWorks, waitFor } from "../../wait.ts";
import type { Cause, Expected } from "./causes.ts";
import { activeAlerts, type ActiveAlert } from "./prometheus.ts";
import { describe, isActive, type Told } from "./told.ts";

/** It may take so long until an alert fires, and until it is quiet again, milliseconds. */
const limit = 15 * 60_000;
const every = 3_000;

/** A cause that is mended again. */
interface Mended {
  told: Told[];
  /** Until Prometheus has stopped telling of it. */
  quiet: Promise<unknown>;
}

/**
 * One cause after the other: each until Prometheus tells of it. While one is on, Prometheus may still tell of those before.
 *
 * @throws AskError if an alert of a cause is there before the cause: nothing could be learned.
 */
export async function causeAll(
  causes: readonly Cause[],
  landscape: Pick<Landscape, "services">,
  progress: (message: string) => void,
  signal: AbortSignal,
): Promise<Told[]> {
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const all: Mended[] = [];
  try {
    for (const cause of causes) {
      progress(cause.title);
      const mended = await causeOne(cause, landscape, progress, both);
      // Looked at below; until then nobody else would.
      mended.quiet.catch(() => undefined);
      all.push(mended);
    }
    await Promise.all(all.map(({ quiet }) => quiet));
  } finally {
    ended.abort();
  }
  return all.flatMap(({ told }) => told);
}

/** Causes something until Prometheus tells of it, and mends it. */
async function causeOne(
  { title, alerts, load: rate, requests = false, run }: Cause,
  { services }: Pick<Landscape, "services">,
  progress: (message: string) => void,
  signal: AbortSignal,
): Promise<Mended> {
  const kubernetes = connect();
  const root = await readFile(corporateCa, "utf8");
  const told: Told[] = alerts.map((alert) => ({ alert, cause: title }));
  const before = await activeAlerts();
  const early = alerts.filter((alert) => isActive(before, alert, "pending", "firing"));
  if (early.length > 0) {
    throw new AskError(`Prometheus tells of ${early.map(describe).join(", ")} already: wait until it is quiet.`);
  }

  // A load that fails must not leave the fault behind.
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const begin = Date.now();
  const fires = (alert: Expected, active: readonly ActiveAlert[]) => isActive(active, alert, "firing");
  const live: Live = {
    ...{ kubernetes, root, holdMs: limit, progress, signal: both },
    until: () =>
      watch(both, told, (one, active) => {
        if (one.firedAfter !== undefined || !fires(one.alert, active)) return one.firedAfter !== undefined;
        one.firedAfter = secondsSince(begin);
        progress(`${describe(one.alert)} fires`);
        return true;
      }),
  };
  const load = new Load(rate === undefined ? [] : entrancesOf(kubernetes, services), { requests });
  const driving = load.drive((rate ?? 0) * services.length, signal);
  const running = run(live);
  try {
    await Promise.race([running, ...(rate === undefined ? [] : [driving])]);
  } finally {
    load.stop();
    failed.abort();
    await Promise.allSettled([running, driving]);
  }

  const mended = Date.now();
  const quiet = watch(signal, told, (one, active) => {
    if (one.quietAfter !== undefined || fires(one.alert, active)) return one.quietAfter !== undefined;
    one.quietAfter = secondsSince(mended);
    progress(`${describe(one.alert)} is quiet`);
    return true;
  });
  return { told, quiet };
}

/** Asks Prometheus until something holds for every alert of a cause, or time is up. */
function watch(
  signal: AbortSignal,
  told: readonly Told[],
  holds: (one: Told, active: readonly ActiveAlert[]) => boolean,
): Promise<unknown> {
  const look = async () => {
    // A cluster in which something is broken may answer late.
    const active = await untilItWorks(activeAlerts, { limit: 60_000, every, signal });
    return told.map((one) => holds(one, active)).every(Boolean);
  };
  return waitFor(look, { limit, every, signal });
}

const secondsSince = (begin: number) => Math.round((Date.now() - begin) / 1_000);
