import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { dump, load } from "js-yaml";
import { stackFile } from "../../../config/stack-file.ts";
import { repositoryDir } from "../../paths.ts";
import { pulumiEnvironment } from "../../pulumi.ts";
import { openTunnels } from "../../tunnels/index.ts";

/** How a run of the engine ended, and what it said. */
export interface Run {
  readonly exitCode: number;
  readonly output: string;
}

/**
 * Runs the engine on the local stack.
 *
 * @param services settings of single services for this run alone. Undefined: those of the stack file.
 */
export async function engine(args: readonly string[], signal: AbortSignal, services?: object): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), "order-tracing-broken-"));
  try {
    const file = join(folder, "Pulumi.local.yaml");
    const { config, ...rest } = load(await readFile(stackFile("local"), "utf8")) as { config: object };
    await writeFile(
      file,
      dump({ ...rest, config: { ...config, ...(services && { "order-tracing:services": services }) } }),
    );
    await using tunnels = await openTunnels();
    const { exitCode, all } = await execa(
      "pulumi",
      [...args, "--stack", "local", "--suppress-outputs", ...(services ? ["--config-file", file] : [])],
      {
        cwd: repositoryDir,
        env: { ...(await pulumiEnvironment()), ...tunnels.env },
        extendEnv: false,
        stdin: "ignore",
        stdout: ["pipe", "inherit"],
        stderr: ["pipe", "inherit"],
        all: true,
        // Ctrl-C reaches it once, by the signal: the second one would make it drop what it is doing.
        detached: true,
        cancelSignal: signal,
        killSignal: "SIGINT",
        forceKillAfterDelay: 120_000,
        reject: false,
      },
    );
    signal.throwIfAborted();
    return { exitCode: exitCode ?? 1, output: all };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
