import { readFile } from "node:fs/promises";
import Table from "cli-table3";
import type { Landscape } from "../../../config/landscape.ts";
import { AskError } from "../../../lib/ask-error.ts";
import { entrancesOf } from "../../chaos/entrances.ts";
import type { Live } from "../../chaos/faults.ts";
import { Load } from "../../chaos/load.ts";
import { connect } from "../../landscape/kubernetes/client.ts";
import { corporateCa } from "../../paths.ts";
import { waitFor } from "../../wait.ts";
import type { Cause, Expected } from "./causes.ts";
import { activeAlerts, type ActiveAlert } from "./prometheus.ts";

/** What became of an alert of a cause, seconds since it began, or since it was mended. */
export interface Told {
  alert: Expected;
  cause: string;
  /** Undefined: in vain. */
  firedAfter?: number;
  quietAfter?: number;
}

/** It may take so long until an alert fires, and until it is quiet again, milliseconds. */
const limit = 15 * 60_000;
const every = 3_000;

/** Whether that alert fires, or is about to. */
export function isActive(active: readonly ActiveAlert[], { name, labels }: Expected, ...states: string[]): boolean {
  const wanted = Object.entries({ alertname: name, ...labels });
  return active.some((one) => states.includes(one.state) && wanted.every(([key, value]) => one.labels[key] === value));
}

const describe = ({ name, labels }: Expected) => [name, ...Object.values(labels)].join(" ");

/** One after the other: each is mended, and quiet, before the next begins. */
export async function causeAll(
  causes: readonly Cause[],
  landscape: Pick<Landscape, "services">,
  progress: (message: string) => void,
  signal: AbortSignal,
): Promise<Told[]> {
  const told: Told[] = [];
  for (const cause of causes) {
    progress(cause.title);
    told.push(...(await causeOne(cause, landscape, progress, signal)));
  }
  return told;
}

/**
 * Causes something until Prometheus tells of it, mends it, and waits until Prometheus is quiet.
 *
 * @throws AskError if one of its alerts is there already: nothing could be learned.
 */
async function causeOne(
  { title, alerts, load: rate, run }: Cause,
  { services }: Pick<Landscape, "services">,
  progress: (message: string) => void,
  signal: AbortSignal,
): Promise<Told[]> {
  const kubernetes = connect();
  const root = await readFile(corporateCa, "utf8");
  const before = await activeAlerts();
  const told: Told[] = alerts.map((alert) => ({ alert, cause: title }));
  const early = alerts.filter((alert) => isActive(before, alert, "pending", "firing"));
  if (early.length > 0) {
    throw new AskError(`Prometheus tells of ${early.map(describe).join(", ")} already: wait until it is quiet.`);
  }

  const begin = Date.now();
  const fired = async () => {
    const active = await activeAlerts();
    for (const one of told) {
      if (one.firedAfter !== undefined || !isActive(active, one.alert, "firing")) continue;
      one.firedAfter = secondsSince(begin);
      progress(`${describe(one.alert)} fires`);
    }
    return told.every(({ firedAfter }) => firedAfter !== undefined);
  };
  // A load that fails must not leave the fault behind.
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const live: Live = {
    ...{ kubernetes, root, holdMs: limit, progress, signal: both },
    until: () => waitFor(fired, { limit, every, signal: both }),
  };
  const load = new Load(rate === undefined ? [] : entrancesOf(kubernetes, services));
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
  const quiet = async () => {
    const active = await activeAlerts();
    for (const one of told) {
      if (one.quietAfter !== undefined || isActive(active, one.alert, "firing")) continue;
      one.quietAfter = secondsSince(mended);
      progress(`${describe(one.alert)} is quiet`);
    }
    return told.every(({ quietAfter }) => quietAfter !== undefined);
  };
  await waitFor(quiet, { limit, every, signal });
  return told;
}

const secondsSince = (begin: number) => Math.round((Date.now() - begin) / 1_000);

/** What was told, a row an alert. */
export function tableOf(told: readonly Told[]): string {
  const table = new Table({
    head: ["alert", "cause", "fired after", "quiet after"],
    style: { head: [], border: [], compact: true },
  });
  const seconds = (count: number | undefined) => (count === undefined ? "never" : `${count} s`);
  for (const { alert, cause, firedAfter, quietAfter } of told) {
    table.push([describe(alert), cause, seconds(firedAfter), seconds(quietAfter)]);
  }
  return table.toString();
}

/** Whether an alert fired by its cause, and was quiet afterwards. */
export const wasTold = ({ firedAfter, quietAfter }: Told) => firedAfter !== undefined && quietAfter !== undefined;
