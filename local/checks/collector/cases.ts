import { stopCollectors, stopOnSignals } from "./process.ts";

/** Something to try on a running collector. */
export interface CollectorCase<Site extends unknown[]> {
  readonly title: string;
  /** @returns what is not as it must be. */
  readonly run: (...site: Site) => Promise<string[]>;
}

/**
 * Tries the cases one after the other, prints what became of each, and ends the process: 0 if all are as they must be.
 *
 * @param start brings up what every case is handed. Ended with the process, as all collectors are.
 */
export async function tryCases<Site extends unknown[]>(
  cases: readonly CollectorCase<Site>[],
  start: () => Promise<Site>,
): Promise<never> {
  return runToEnd(async () => {
    let failed = false;
    const site = await start();
    for (const one of cases) {
      const faults = await one.run(...site);
      console.log(`${faults.length === 0 ? "ok    " : "FAILED"} ${one.title}`);
      for (const fault of faults) console.error(`         ${fault}`);
      failed ||= faults.length > 0;
    }
    return !failed;
  });
}

/**
 * Runs a check that starts programs on the loopback, and ends them and the process, however it went.
 *
 * @param check whether all is as it must be.
 */
export async function runToEnd(check: () => Promise<boolean>): Promise<never> {
  stopOnSignals();
  let good = false;
  try {
    good = await check();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  } finally {
    await stopCollectors();
  }
  // Where something broke off, its servers still listen.
  process.exit(good ? 0 : 1);
}
