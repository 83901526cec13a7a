import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { VaultClient } from "../../../lib/vault-client.ts";
import { plugin } from "../../landscape/vault/settings.ts";
import { binary } from "../../toolchain/index.ts";
import { untilItWorks } from "../../wait.ts";
import { writeCertificate } from "../collector/certificate.ts";
import { atEnd, freePort, newFolder } from "../collector/process.ts";

/** A Vault that is really running on the loopback, with nothing in it, and no keys yet. */
export interface VaultServer {
  readonly address: string;
  readonly port: number;
  /** PEM: its certificate, which signed itself. */
  readonly ca: string;
  /** Makes its keys. It stays sealed. */
  initialise(): Promise<{ unseal: () => Promise<void>; root: VaultClient; rootToken: string }>;
}

/** Starts one. It ends with the process, as collectors do. */
export async function startVault(): Promise<VaultServer> {
  const [folder, port] = await Promise.all([newFolder(), freePort()]);
  const { certificate: ca, files } = await writeCertificate(folder, "localhost");
  const plugins = join(folder, "plugins");
  await mkdir(plugins);
  await copyFile(binary(plugin.command), join(plugins, plugin.command));
  await writeFile(
    join(folder, "vault.json"),
    JSON.stringify({
      storage: { inmem: {} },
      disable_mlock: true,
      plugin_directory: plugins,
      api_addr: `https://localhost:${port}`,
      listener: { tcp: { address: `127.0.0.1:${port}`, tls_cert_file: files.cert, tls_key_file: files.key } },
    }),
  );
  const child = spawn(binary("vault"), ["server", `-config=${join(folder, "vault.json")}`], { stdio: "ignore" });
  const ended = once(child, "exit");
  atEnd(async () => {
    if (child.exitCode === null) child.kill("SIGKILL");
    await ended;
  });
  const address = `https://localhost:${port}`;
  const anonymous = new VaultClient({ address, ca });
  await untilItWorks(() => anonymous.read("sys/seal-status"), { limit: 30_000, every: 100 });
  return {
    ...{ address, port, ca },
    async initialise() {
      const shares = { secret_shares: 1, secret_threshold: 1 };
      const { keys, root_token } = await anonymous.write<{ keys: [string]; root_token: string }>("sys/init", shares);
      const root = anonymous.withToken(root_token);
      const unseal = async () => {
        await anonymous.write("sys/unseal", { key: keys[0] });
        await untilItWorks(() => anonymous.read("sys/health"), { limit: 30_000, every: 100 });
        const sha256 = createHash("sha256")
          .update(await readFile(join(plugins, plugin.command)))
          .digest("hex");
        await root.write(`sys/plugins/catalog/database/${plugin.name}`, { command: plugin.command, sha256 });
      };
      return { unseal, root, rootToken: root_token };
    },
  };
}
