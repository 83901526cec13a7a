import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { drive } from "../load/drive.ts";
import type { RecordedRequest } from "../load/recording.ts";
import type { Chain } from "./chain.ts";
import { reached } from "./place.ts";
import { tiers, type Tier } from "./tiers.ts";

/** What a chain has used in one turn: milliseconds of CPU for 1,000 spans, user and system; and spans that did not arrive. */
export type Turn = Readonly<Record<Tier | "all" | "lost", number>>;

/** What was measured of a chain. */
export interface Measured extends Pick<Chain, "id" | "title" | "guarantees"> {
  readonly turns: readonly Turn[];
}

export interface Load {
  readonly rate: number;
  /** How often the recording is sent in a turn. */
  readonly copies: number;
  readonly turns: number;
}

/**
 * Gives each chain the same load, one after the other, again and again: what else runs on the machine is then felt by all of
 * them. The first turn of each only warms up. A turn ends when everything is delivered, or nothing comes any more.
 */
export async function measureInTurns(
  chains: readonly Chain[],
  recording: readonly RecordedRequest[],
  { rate, copies, turns }: Load,
  { progress, signal }: { progress: (message: string) => void; signal: AbortSignal },
): Promise<Measured[]> {
  const measured = chains.map(({ id, title, guarantees }) => ({ id, title, guarantees, turns: [] as Turn[] }));
  for (let turn = 0; turn <= turns; turn++) {
    progress(
      `turn ${turn} of ${turns}${turn === 0 ? ", to warm up" : ""}; load of the machine ${loadavg()[0]!.toFixed(1)}`,
    );
    for (const [index, chain] of chains.entries()) {
      const used = await oneTurn(chain, recording, { rate, copies, signal });
      if (turn > 0) measured[index]!.turns.push(used);
    }
  }
  return measured;
}

async function oneTurn(
  { parts, store, entrances }: Chain,
  recording: readonly RecordedRequest[],
  { rate, copies, signal }: { rate: number; copies: number; signal: AbortSignal },
): Promise<Turn> {
  const cpu = () => Promise.all(parts.map(({ process }) => process.cpuSeconds()));
  const [before, had] = [await cpu(), store.spans()];
  const sent = await drive(recording, entrances, { rate, copies, signal });
  const arrived = await reached(() => store.spans() - had, sent, signal);
  // What is still done after the last span: acknowledged, removed from the disk.
  await sleep(500, undefined, { signal });
  const after = await cpu();
  const of = (tier?: Tier) =>
    (parts.reduce((sum, part, at) => (tier && part.tier !== tier ? sum : sum + after[at]! - before[at]!), 0) * 1e6) /
    sent;
  return {
    ...(Object.fromEntries(tiers.map((tier) => [tier, of(tier)])) as Record<Tier, number>),
    all: of(),
    lost: sent - arrived,
  };
}
