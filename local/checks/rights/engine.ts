import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { projectOf } from "../../bench/preview/engine.ts";
import { privateEngine } from "../../private-engine.ts";
import { attempt, type Finding } from "../findings.ts";
import type { Expected } from "./graph.ts";
import { objectsVariable, type Recorded } from "./recorded.ts";

/** What a run of the engine is about. */
export interface EngineRun {
  /** For all that it keeps; the caller removes it. */
  readonly folder: string;
  /** Of whoever deploys. */
  readonly kubeconfig: string;
  readonly objects: readonly Expected[];
  readonly progress: (message: string) => void;
  readonly signal: AbortSignal;
}

const runs: readonly (readonly [title: string, args: readonly string[]])[] = [
  ["preview of a first up", ["preview"]],
  ["up", ["up", "--yes", "--skip-preview"]],
  ["preview with a refresh, as for drift", ["preview", "--refresh"]],
  ["refresh", ["refresh", "--yes", "--skip-preview"]],
  ["destroy", ["destroy", "--yes", "--skip-preview"]],
];

/** Has the real engine and provider make, read and delete objects, one finding a run. What comes after a failure is not tried. */
export async function tryEngine({ folder, kubeconfig, objects, progress, signal }: EngineRun): Promise<Finding[]> {
  const project = await projectOf(join(folder, "project"), "local/checks/rights/program.ts");
  const file = join(folder, "objects.json");
  await writeFile(file, JSON.stringify(objects.map(recorded)));
  const env = { ...(await privateEngine(folder)), KUBECONFIG: kubeconfig, [objectsVariable]: file };
  const pulumi = (...args: string[]) =>
    execa("pulumi", [...args, "--non-interactive"], {
      ...{ cwd: project, env, extendEnv: false, all: true, reject: false, cancelSignal: signal },
      ...{ killSignal: "SIGINT", forceKillAfterDelay: 30_000 },
    });
  const made = await pulumi("stack", "init", "rights");
  if (made.exitCode !== 0) throw new Error(`pulumi stack init: ${made.all}`);
  const findings: Finding[] = [];
  for (const [title, args] of runs) {
    progress(`engine: ${title}`);
    const finding = await attempt(`the engine: ${title}`, "-", `${objects.length} objects`, async () => {
      const { exitCode, all } = await pulumi(...args, "--suppress-outputs", "--stack", "rights");
      signal.throwIfAborted();
      return { found: exitCode === 0 ? "done" : complaintOf(all), good: exitCode === 0 };
    });
    findings.push(finding);
    if (!finding.good) break;
  }
  return findings;
}

/** The namespace, then what pods need, then the workloads. */
function recorded({ name, type, object }: Expected): Recorded {
  const kind = type.split(":").at(-1)!;
  const layer = kind === "Namespace" ? 0 : /^(Deployment|StatefulSet)/.test(kind) ? 2 : 1;
  return { layer, name, type, inputs: object as Record<string, unknown> };
}

/** The lines that say why. */
function complaintOf(output: string): string {
  const lines = output.split("\n").filter((line) => /error|forbidden/i.test(line));
  return (lines.length > 0 ? lines.slice(0, 4) : output.split("\n").slice(-8)).join("\n");
}
