import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dump } from "js-yaml";
import { projectOf } from "../../bench/preview/engine.ts";
import { subjectOfStack } from "../../bench/preview/subject.ts";
import type { ControlPlane } from "../../cluster/control-plane.ts";
import { clientsOf } from "../../landscape/kubernetes/client.ts";
import { repositoryDir } from "../../paths.ts";
import { privateEngine } from "../../private-engine.ts";
import { attempt, type Finding } from "../findings.ts";

/** The program as it is, by the real engine, where there is no Vault: its `up` ends, and has made nothing. */
export function tryUp(
  folder: string,
  { kubeconfig, ca, serviceAccountKey: serviceAccountKeys }: ControlPlane,
  namespace: string,
  signal: AbortSignal,
): Promise<Finding> {
  return attempt("the engine: an up without a way to Vault", "up", "ends, and nothing is made", async () => {
    await mkdir(folder, { recursive: true });
    const { stack, config } = await subjectOfStack("local", folder, { ca, serviceAccountKeys });
    const stacks = await projectOf(join(folder, "stacks"), "index.ts");
    const file = join(stacks, `Pulumi.${stack}.yaml`);
    await writeFile(file, dump(config));
    const env = { ...(await privateEngine(folder)), KUBECONFIG: kubeconfig, VAULT_TOKEN: "hvs.none" };
    const pulumi = (cwd: string, ...args: string[]) =>
      execa("pulumi", [...args, "--non-interactive"], {
        ...{ cwd, env, extendEnv: false, all: true, reject: false, cancelSignal: signal },
        ...{ killSignal: "SIGINT", forceKillAfterDelay: 30_000 },
      });
    await pulumi(stacks, "stack", "init", stack);
    const before = await objectsIn(kubeconfig, namespace);
    const { exitCode, all } = await pulumi(
      repositoryDir,
      ...["up", "--yes", "--skip-preview", "--stack", stack, "--config-file", file, "--suppress-outputs"],
    );
    signal.throwIfAborted();
    const made = (await objectsIn(kubeconfig, namespace)).filter((one) => !before.includes(one));
    const line = all
      .split("\n")
      .find((text) => text.includes("not by this run: vault:"))
      ?.trim();
    const good = exitCode !== 0 && line !== undefined && made.length === 0;
    return { found: good ? line : `ended with ${exitCode}, made ${made.join(", ") || "nothing"}: ${all}`, good };
  });
}

async function objectsIn(kubeconfig: string, namespace: string): Promise<string[]> {
  const { core, apps } = clientsOf(kubeconfig);
  const lists = await Promise.all([
    core.listNamespacedConfigMap({ namespace }),
    core.listNamespacedService({ namespace }),
    core.listNamespacedServiceAccount({ namespace }),
    apps.listNamespacedDeployment({ namespace }),
  ]);
  return lists.flatMap(({ kind, items }) => items.map(({ metadata }) => `${kind} ${metadata?.name}`));
}
