import { execa } from "execa";
import { repositoryDir } from "./paths.ts";
import { pulumiEnvironment } from "./pulumi.ts";
import { openTunnels } from "./tunnels/index.ts";

/** How a run of the engine ended, and what it said. */
export interface Run {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs the engine on the local stack. */
export async function engine(args: readonly string[], signal: AbortSignal): Promise<Run> {
  await using tunnels = await openTunnels();
  const { exitCode, all } = await execa("pulumi", [...args, "--stack", "local", "--suppress-outputs"], {
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
  });
  signal.throwIfAborted();
  return { exitCode: exitCode ?? 1, output: all };
}
