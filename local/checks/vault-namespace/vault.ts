import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { VaultClient } from "../../../lib/vault-client.ts";
import { configureVault, type Authorities } from "../../landscape/vault/configure.ts";
import { plugin } from "../../landscape/vault/settings.ts";
import { binary } from "../../toolchain/index.ts";
import { untilItWorks } from "../../wait.ts";
import { atEnd, freePort } from "../collector/process.ts";

/** A Vault of its own. */
export interface PrivateVault {
  /** On the loopback, without TLS. */
  readonly port: number;
  /** Its administrator. */
  readonly root: VaultClient;
}

/** Starts a Vault on the loopback, which keeps all in memory, with what a company has in one. It ends with the check. */
export async function startVault(folder: string, authorities: Authorities): Promise<PrivateVault> {
  const plugins = join(folder, "plugins");
  await mkdir(plugins, { recursive: true });
  const command = join(plugins, plugin.command);
  await copyFile(binary("vault-plugin-database-elasticsearch"), command);
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const file = join(folder, "vault.json");
  const config = {
    ...{ storage: { inmem: {} }, plugin_directory: plugins, api_addr: address, disable_mlock: true },
    listener: { tcp: { address: `127.0.0.1:${port}`, tls_disable: true } },
  };
  await writeFile(file, JSON.stringify(config));
  const log = join(folder, "vault.log");
  const child = spawn(binary("vault"), ["server", `-config=${file}`], {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: folder },
  });
  const output = createWriteStream(log);
  for (const stream of [child.stdout, child.stderr]) stream.pipe(output);
  const exit = once(child, "exit");
  const runs = () => child.exitCode === null && child.signalCode === null;
  atEnd(async () => {
    // With its plugins, which it starts as processes.
    if (runs()) process.kill(-child.pid!, "SIGKILL");
    await exit;
  });
  const anybody = new VaultClient({ address });
  await untilItWorks(() => anybody.read("sys/seal-status"), { limit: 60_000, passing: runs });
  const shares = { secret_shares: 1, secret_threshold: 1 };
  const { keys, root_token } = await anybody.write<{ keys: [string]; root_token: string }>("sys/init", shares);
  await anybody.write("sys/unseal", { key: keys[0] });
  const root = anybody.withToken(root_token);
  const digest = createHash("sha256")
    .update(await readFile(command))
    .digest("hex");
  await configureVault(root, authorities, digest);
  return { port, root };
}
