import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryDir } from "../../paths.ts";
import { settle } from "./company.ts";
import { startControlPlane } from "./control-plane.ts";
import { prepareEngine, projectOf, type PreviewRun, type Used } from "./engine.ts";
import { catalogueText, landscapeOf } from "./landscape.ts";
import { recordingVariable } from "./recorded.ts";
import { countOf, differences } from "./same.ts";
import { localStackFile, stackConfig } from "./stack.ts";
import { variants, type Variant } from "./variants.ts";

/** What was measured with one number of services. */
export interface MeasuredSize {
  readonly services: number;
  /** Resources that each variant would make, components not counted. */
  readonly resources: number;
  readonly turns: readonly Readonly<Record<Variant, Used>>[];
}

export interface PreviewLoad {
  readonly sizes: readonly number[];
  readonly turns: number;
}

/**
 * Previews of a stack that was never applied, by the real engine and plugins, against an API server of its own that has the
 * services: by turns by a bare program, by this one, and by this one with its policies.
 *
 * @throws Error if the programs would make different resources.
 */
export async function measurePreviews(
  { sizes, turns }: PreviewLoad,
  { progress, signal }: { progress: (message: string) => void; signal: AbortSignal },
): Promise<MeasuredSize[]> {
  const folder = await mkdtemp(join(tmpdir(), "order-tracing-bench-"));
  try {
    await using cluster = await startControlPlane(join(folder, "cluster"), signal);
    progress("an API server runs; it gets the services");
    await settle(cluster.kubeconfig, landscapeOf(Math.max(...sizes)), signal);
    const configs = new Map<string, object>();
    for (const services of sizes) {
      const catalogue = join(folder, `catalogue-${services}.ts`);
      await writeFile(catalogue, catalogueText(landscapeOf(services)));
      configs.set(
        stackOf(services),
        stackConfig(localStackFile(), { catalogue, ca: cluster.ca, serviceAccountKeys: cluster.serviceAccountKey }),
      );
    }
    const engine = await prepareEngine(join(folder, "engine"), cluster.kubeconfig, configs, signal);
    const recorder = await projectOf(join(folder, "recorder"), "local/bench/preview/programs/record.ts");
    const bare = await projectOf(join(folder, "bare"), "local/bench/preview/programs/bare.ts");

    const measured: MeasuredSize[] = [];
    for (const services of sizes) {
      const stack = stackOf(services);
      const recording = join(folder, `${stack}.json`);
      const env = { [recordingVariable]: recording };
      progress(`${services} services: records what is registered`);
      await engine.preview({ project: recorder, stack, env }, signal);
      const ours: PreviewRun = { project: repositoryDir, stack };
      const runs: Readonly<Record<Variant, PreviewRun>> = {
        ...{ bare: { project: bare, stack, env }, ours },
        "with policies": { ...ours, args: ["--policy-pack", "policies", "--policy-pack-config", policyConfig] },
      };
      const all: Record<Variant, Used>[] = [];
      const logs = new Map<Variant, string>();
      for (let turn = 0; turn <= turns; turn++) {
        const warmUp = turn === 0;
        progress(
          `${services} services: turn ${turn} of ${turns}${warmUp ? ", to warm up" : ""}; load of the machine ${loadavg()[0]!.toFixed(1)}`,
        );
        const used = {} as Record<Variant, Used>;
        for (const variant of variants) {
          const log = join(folder, `${stack}-${variant}.jsonl`);
          const { args = [], ...run } = runs[variant];
          used[variant] = await engine.preview({ ...run, args: warmUp ? [...args, "--event-log", log] : args }, signal);
          if (warmUp) logs.set(variant, await readFile(log, "utf8"));
        }
        if (warmUp) mustBeSame(logs.get("bare")!, logs.get("ours")!);
        else all.push(used);
      }
      measured.push({ services, resources: countOf(logs.get("ours")!), turns: all });
    }
    return measured;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const stackOf = (services: number) => `bench-${services}`;
/** What the pack is told of the local stack is true of this one. */
const policyConfig = join(repositoryDir, "config/policies/local.json");

function mustBeSame(bare: string, ours: string): void {
  const different = differences(bare, ours);
  if (different.length === 0) return;
  throw new Error(
    `The bare program makes other resources: ${different.length} differ, such as ${different.slice(0, 5).join(", ")}.`,
  );
}
