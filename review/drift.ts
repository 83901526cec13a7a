import { createContext } from "../config/context.ts";
import type { Stack } from "../config/stack-file.ts";
import { exitCodes } from "../lib/command-line.ts";
import { loadKubeConfig } from "../lib/kubeconfig.ts";
import { driftOf } from "./drift/drift.ts";
import { readNeighbours } from "./drift/neighbours.ts";
import { strangersAmong } from "./drift/strangers.ts";
import { patchesOf } from "./drift/wiring.ts";
import { readRefresh } from "./engine/refreshed.ts";
import { readRun } from "./engine/steps.ts";
import { previewLog, type Surroundings } from "./preview.ts";
import { driftSections, driftVerdictOf, type Comparison, type DriftVerdict } from "./report/drift-report.ts";
import { writeReport } from "./report/write.ts";

/** Arguments of `preview --drift`. */
export interface DriftOptions {
  stack: string;
  output: string;
  link?: string;
}

/** Of its own: a schedule tells drift from a comparison that failed. */
const driftCode = 3;

const codes: Record<DriftVerdict, number> = { same: exitCodes.ok, drift: driftCode, failed: exitCodes.couldNotAsk };

/**
 * Has the engine read every resource of the stack, and writes what is not as the last `up` left it. Changes nothing, neither there
 * nor in the state.
 *
 * @returns the exit code: 0 no drift, 3 drift, 2 it could not be compared.
 */
export async function drift(
  given: Stack,
  { stack, output, link }: DriftOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { settings } = given;
  const { events } = await previewLog(settings, stack, ["--refresh"], surroundings);
  const { fieldManagers } = settings.review;
  const refresh = readRefresh(events);
  const own = driftOf(refresh, fieldManagers, patchesOf(createContext(given)));
  const strangers =
    refresh.resources.length > 0
      ? strangersAmong(
          await readNeighbours(loadKubeConfig(settings.cluster), settings.cluster.namespace),
          refresh,
          fieldManagers,
        )
      : { drifts: [], remarks: [] };
  const comparison: Comparison = {
    stack,
    drifts: [...own.drifts, ...strangers.drifts],
    remarks: [...own.remarks, ...strangers.remarks],
    read: refresh.resources.length,
    unread: refresh.unread,
    run: readRun(events),
  };
  const verdict = driftVerdictOf(comparison);
  const written = await writeReport(driftSections(comparison), output, link);
  const said = { same: "no drift", drift: `drift, ${comparison.drifts.length}`, failed: "failed" }[verdict];
  process.stdout.write(`${stack}: ${said}. ${written}\n`);
  return codes[verdict];
}
