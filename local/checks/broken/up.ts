import { readFile, writeFile } from "node:fs/promises";
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
 * Does something with other settings of single services in the local stack's file, which is the one place where the program
 * takes them from. The file is as it was afterwards.
 */
export async function withServices<T>(services: object, work: () => Promise<T>): Promise<T> {
  const file = stackFile("local");
  const before = await readFile(file, "utf8");
  const { config, ...rest } = load(before) as { config: object };
  try {
    await writeFile(file, dump({ ...rest, config: { ...config, "order-tracing:services": services } }));
    return await work();
  } finally {
    await writeFile(file, before);
  }
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
