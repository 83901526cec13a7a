import { setTimeout as sleep } from "node:timers/promises";

/** How to wait. */
export interface Waiting {
  /** Longest wait, in milliseconds. Default: for ever. */
  readonly limit?: number | undefined;
  /** Pause between two looks, in milliseconds. Default: 500. */
  readonly every?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

type Nothing = undefined | false;

/**
 * Looks until there is something: once at least, and once more when the time is up.
 *
 * @returns what `look` found; undefined if it found nothing within `limit`
 * @throws what `look` throws, at once; the signal's reason
 */
export async function waitFor<T>(
  look: () => Promise<T | Nothing> | T | Nothing,
  options?: Waiting & { readonly limit?: undefined },
): Promise<T>;
export async function waitFor<T>(
  look: () => Promise<T | Nothing> | T | Nothing,
  options: Waiting,
): Promise<T | undefined>;
export async function waitFor<T>(
  look: () => Promise<T | Nothing> | T | Nothing,
  { limit = Infinity, every = 500, signal }: Waiting = {},
): Promise<T | undefined> {
  const deadline = Date.now() + limit;
  for (;;) {
    signal?.throwIfAborted();
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() >= deadline) return undefined;
    // An aborted sleep throws an error of its own, which does not say why.
    await sleep(every, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

/**
 * Does something until it succeeds.
 *
 * @param passing whether it is worth trying again after an error. Default: after every one.
 * @throws the last error when the time is up, or one that does not pass; the signal's reason
 */
export async function untilItWorks<T>(
  work: () => Promise<T>,
  { passing = () => true, ...waiting }: Waiting & { readonly passing?: (error: unknown) => boolean },
): Promise<T> {
  let last: unknown;
  const done = await waitFor(async () => {
    try {
      return { value: await work() };
    } catch (error) {
      // What an aborted request throws does not say why either.
      waiting.signal?.throwIfAborted();
      if (!passing(error)) throw error;
      last = error;
      return undefined;
    }
  }, waiting);
  if (!done) throw last;
  return done.value;
}
