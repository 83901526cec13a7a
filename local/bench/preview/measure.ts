import { mkdtemp, readFile, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryDir } from "../../paths.ts";
import { startControlPlane } from "../../cluster/control-plane.ts";
import { settle } from "./company.ts";
import { prepareEngine, projectOf, type Engine, type PreviewRun, type Used } from "./engine.ts";
import { recordingVariable } from "./recorded.ts";
import { countOf, differences } from "./same.ts";
import { subjectOfSize, subjectOfStack, type Subject } from "./subject.ts";
import { variants, type Variant } from "./variants.ts";

/** What was measured of one stack. */
export interface MeasuredStack {
  /** As people call it: `prod`, `30 services`. */
  readonly title: string;
  /** Whether it is that of a stack file. */
  readonly ofFile: boolean;
  /** Resources that each variant would make, components not counted. */
  readonly resources: number;
  readonly turns: readonly Readonly<Record<Variant, Used>>[];
}

export interface PreviewLoad {
  /** Numbers of services. */
  readonly sizes: readonly number[];
  /** Stacks by the names of their files. */
  readonly stacks: readonly string[];
  readonly turns: number;
}

interface Surroundings {
  readonly progress: (message: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Previews of stacks that were never applied, by the real engine and plugins, against an API server of its own that has the
 * services: by turns by a bare program, by this one, and by this one with its policies.
 *
 * @throws Error if the programs would make different resources, and for a stack that has no file.
 */
export async function measurePreviews(
  { sizes, stacks, turns }: PreviewLoad,
  { progress, signal }: Surroundings,
): Promise<MeasuredStack[]> {
  const folder = await mkdtemp(join(tmpdir(), "order-tracing-bench-"));
  try {
    await using cluster = await startControlPlane(join(folder, "cluster"), signal);
    const files = { ca: cluster.ca, serviceAccountKeys: cluster.serviceAccountKey };
    const subjects: readonly Subject[] = await Promise.all([
      ...stacks.map((name) => subjectOfStack(name, folder, files)),
      ...sizes.map((size) => subjectOfSize(size, folder, files)),
    ]);
    progress("an API server runs; it gets the services");
    await settle(
      cluster.kubeconfig,
      subjects.flatMap(({ services }) => services),
      signal,
    );
    const configs = new Map(subjects.map(({ stack, config }) => [stack, config]));
    const engine = await prepareEngine(join(folder, "engine"), cluster.kubeconfig, configs, signal);
    const recorder = await projectOf(join(folder, "recorder"), "local/bench/preview/programs/record.ts");
    const bare = await projectOf(join(folder, "bare"), "local/bench/preview/programs/bare.ts");

    const measured: MeasuredStack[] = [];
    for (const { title, stack, policies } of subjects) {
      const recording = join(folder, `${stack}.json`);
      const env = { [recordingVariable]: recording };
      progress(`${title}: records what is registered`);
      await engine.preview({ project: recorder, stack, env }, signal);
      const ours: PreviewRun = { project: repositoryDir, stack };
      const runs: Readonly<Record<Variant, PreviewRun>> = {
        ...{ bare: { project: bare, stack, env }, ours },
        "with policies": { ...ours, args: ["--policy-pack", "policies", "--policy-pack-config", policies] },
      };
      const resources = await warmUp(engine, runs, (variant) => join(folder, `${stack}-${variant}.jsonl`), {
        progress: (message) => progress(`${title}: ${message}`),
        signal,
      });
      const all: Record<Variant, Used>[] = [];
      for (let turn = 1; turn <= turns; turn++) {
        progress(`${title}: turn ${turn} of ${turns}; load of the machine ${loadavg()[0]!.toFixed(1)}`);
        const used = {} as Record<Variant, Used>;
        for (const variant of variants) used[variant] = await engine.preview(runs[variant], signal);
        all.push(used);
      }
      measured.push({ title, ofFile: stacks.includes(title), resources, turns: all });
    }
    return measured;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * A turn that does not count: files are read for the first time, and it is seen whether all variants make the same.
 *
 * @param logOf file for what the engine says of a variant.
 * @returns how many resources they make.
 */
async function warmUp(
  engine: Engine,
  runs: Readonly<Record<Variant, PreviewRun>>,
  logOf: (variant: Variant) => string,
  { progress, signal }: Surroundings,
): Promise<number> {
  const logs = {} as Record<Variant, string>;
  for (const variant of variants) {
    progress(`${variant}, to warm up`);
    const { args = [], ...run } = runs[variant];
    await engine.preview({ ...run, args: [...args, "--event-log", logOf(variant)] }, signal);
    logs[variant] = await readFile(logOf(variant), "utf8");
  }
  const different = differences(logs.bare, logs.ours);
  if (different.length > 0)
    throw new Error(
      `The bare program makes other resources: ${different.length} differ, such as ${different.slice(0, 5).join(", ")}.`,
    );
  return countOf(logs.ours);
}
