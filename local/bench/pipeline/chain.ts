import type { Entrances } from "../load/drive.ts";
import type { Part } from "./place.ts";
import type { StoreStandIn } from "./stand-in.ts";

/** A way of spans from applications to the store, really running. */
export interface Chain {
  readonly id: string;
  readonly title: string;
  /** What it promises for what it costs. */
  readonly guarantees: string;
  readonly entrances: Entrances;
  readonly parts: readonly Part[];
  readonly store: StoreStandIn;
}

/** How a chain is started. @param number its own, from 0, for addresses. */
export type StartChain = (number: number) => Promise<Chain>;
