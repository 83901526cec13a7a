import { execa } from "execa";
import type { Person } from "./landscape/vault/people.ts";
import { repositoryDir } from "./paths.ts";
import { pulumiEnvironment } from "./pulumi.ts";
import { openTunnels } from "./tunnels/index.ts";

/** What a command gets besides its arguments. */
export interface Provisions {
  /** Whose token for Vault. Default: the deployer's. */
  readonly person?: Person;
  /** What stands on its standard input. Default: nothing. */
  readonly input?: string;
}

/**
 * Runs a command that shares this terminal, in the environment of the local Pulumi and with its tunnels. It is in a
 * process group of its own, so that Ctrl-C reaches it once: the second one makes Pulumi drop what it is doing.
 */
export async function runInForeground(
  command: string,
  args: readonly string[],
  cancelSignal: AbortSignal,
  { person, input }: Provisions = {},
): Promise<void> {
  await using tunnels = await openTunnels();
  const env = { ...(await pulumiEnvironment(person)), ...tunnels.env };
  await execa(command, args, {
    cwd: repositoryDir,
    env,
    extendEnv: false,
    ...(input === undefined ? { stdin: "ignore" } : { input }),
    stdout: "inherit",
    stderr: "inherit",
    detached: true,
    cancelSignal,
    killSignal: "SIGINT",
    forceKillAfterDelay: 120_000,
  });
}
