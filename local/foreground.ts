import { execa } from "execa";
import { repositoryDir } from "./paths.ts";
import { pulumiEnvironment } from "./pulumi.ts";
import { openTunnels } from "./tunnels/index.ts";

/**
 * Runs a command that shares this terminal, in the environment of the local Pulumi and with its tunnels. It is in a
 * process group of its own, so that Ctrl-C reaches it once: the second one makes Pulumi drop what it is doing.
 */
export async function runInForeground(
  command: string,
  args: readonly string[],
  cancelSignal: AbortSignal,
): Promise<void> {
  await using tunnels = await openTunnels();
  const env = { ...(await pulumiEnvironment()), ...tunnels.env };
  await execa(command, args, {
    cwd: repositoryDir,
    env,
    extendEnv: false,
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
    detached: true,
    cancelSignal,
    killSignal: "SIGINT",
    forceKillAfterDelay: 120_000,
  });
}
