/**
 * Pulumi for the local environment: `npm run pulumi -- <arguments>` runs the CLI of the local toolchain with its own home,
 * its own state and the local providers. Nothing of the user's own Pulumi is read or changed.
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { generatedUsers, vaultPaths } from "../components/vault/paths.ts";
import { readStack } from "../config/stack-file.ts";
import { AskError } from "../lib/ask-error.ts";
import { tokenOf, type Person } from "./landscape/vault/people.ts";
import { address } from "./landscape/vault/settings.ts";
import { backendDir, deployerKubeconfig, kubeconfig, stateDir, vaultServerCa } from "./paths.ts";
import { engineVariables, installPrograms } from "./providers/install.ts";
import { removeStaleLocks } from "./stale-locks.ts";
import { openTunnels } from "./tunnels/index.ts";

const folder = join(stateDir, "pulumi");
/**
 * The same on every machine, with its salt in `Pulumi.local.yaml`: a passphrase of each machine's own would change that file.
 * It guards nothing: no secret passes through the engine, see `npm run local:secrets`.
 */
const passphrase = "local";

/**
 * The environment that the CLI and the program need here. Installs the CLI, the language host and the providers of this
 * checkout first. Credentials are in it, so hand it to a child and nowhere else.
 *
 * What is not there yet (Vault's token before the landscape, Elasticsearch's user before the bootstrap) is left out: a
 * command that needs neither goes on, and the provider that needs it says so.
 *
 * In Kubernetes the run is the deployer of the guide: what its rights lack fails here.
 *
 * @param person whose token for Vault it has.
 */
export async function pulumiEnvironment(person: Person = "deployer"): Promise<NodeJS.ProcessEnv> {
  const home = join(folder, "home");
  const programs = join(folder, "bin");
  await mkdir(backendDir, { recursive: true, mode: 0o700 });
  await removeStaleLocks(backendDir);
  await installPrograms({ programs, home });
  return {
    ...engineVariables({ home, programs, backend: backendDir, passphrase }),
    KUBECONFIG: deployerKubeconfig,
    VAULT_ADDR: address,
    VAULT_CACERT: vaultServerCa,
    ...(await credentials(person)),
  };
}

interface Stored {
  data: { data: { username: string; password: string } };
}

/** Where the Elasticsearch user of the engine is, once the bootstrap has made it. */
function provisionerPath(): string {
  return vaultPaths({ stack: "local", settings: readStack("local").settings }).kv(generatedUsers.provisioner);
}

async function credentials(person: Person): Promise<NodeJS.ProcessEnv> {
  // The Kubernetes client behind it takes a second to load: only now.
  const { vaultClient } = await import("./landscape/vault/client.ts");
  const found: NodeJS.ProcessEnv = {};
  try {
    const root = await vaultClient();
    const token = await tokenOf(person, root);
    found["VAULT_TOKEN"] = token;
    const stored = await root.withToken(token).find<Stored>(provisionerPath());
    if (stored) {
      found["ELASTICSEARCH_USERNAME"] = stored.data.data.username;
      found["ELASTICSEARCH_PASSWORD"] = stored.data.data.password;
    }
  } catch (error) {
    console.warn(`warning: going on without the credentials in Vault: ${(error as Error).message}`);
  }
  return found;
}

/** Commands that run the program. */
const programCommands = ["up", "preview", "refresh", "watch"];

/** Runs the CLI as if it had been called itself: its terminal, its exit code, its way of ending. */
async function main(): Promise<void> {
  if (programCommands.includes(process.argv[2] ?? "")) {
    readStack("local");
    if (!existsSync(deployerKubeconfig))
      throw new AskError(`There is no ${deployerKubeconfig}, the program's way to the cluster: run "npm run local".`);
  }
  const env = await pulumiEnvironment();
  // Without a cluster, `pulumi version` and its like still work.
  await using tunnels = existsSync(kubeconfig) ? await openTunnels() : undefined;
  const cli = execa("pulumi", process.argv.slice(2), {
    env: { ...env, ...tunnels?.env },
    extendEnv: false,
    stdio: "inherit",
    reject: false,
  });
  let interrupted = false;
  const interrupt = (): void => {
    // A terminal sends Ctrl-C to the CLI as well. A second one would make it break off instead of ending its steps.
    if (!process.stdin.isTTY && !interrupted) cli.kill("SIGINT");
    interrupted = true;
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  const { exitCode, originalMessage } = await cli;
  if (exitCode === undefined) console.error(`pulumi ended without an exit code: ${originalMessage ?? "killed"}`);
  process.exitCode = exitCode ?? 1;
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    if (!(error instanceof AskError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  });
}
