import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect as startTls } from "node:tls";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Agent, type buildConnector } from "undici";
import { ensureAuthority, ensureCertificate } from "../cluster/pki.ts";
import { accounts } from "../landscape/identity/accounts.ts";
import type { Credentials } from "../landscape/identity/credentials.ts";
import { providerSettings } from "../landscape/identity/manifests.ts";
import { host } from "../landscape/identity/settings.ts";

/** The company's identity provider as its pod runs it, but on a port of loopback. */
export interface LoginProcess extends AsyncDisposable {
  readonly port: number;
  readonly credentials: Credentials;
  /** Finds the provider under its own name, and trusts the company's CA alone. */
  readonly connect: buildConnector.connector;
  readonly agent: Agent;
  /** What it wrote so far. */
  output(): string;
}

const program = join(import.meta.dirname, "../landscape/services/login/server.js");

/** Starts it. The caller has put `pkiDir` somewhere else than the running cluster's. */
export async function startLogin(): Promise<LoginProcess> {
  const folder = await mkdtemp(join(tmpdir(), "order-tracing-login-"));
  const authority = await ensureAuthority("corporate-ca", "Company Root CA");
  const server = await ensureCertificate("login", authority, { commonName: host, hosts: [host] });
  const ca = await readFile(authority.certificate, "utf8");
  await writeFile(join(folder, "tls.crt"), await readFile(server.certificate));
  await writeFile(join(folder, "tls.key"), await readFile(server.key));
  const credentials: Credentials = {
    clientSecret: "the application's",
    passwords: Object.fromEntries(accounts.map(({ name }) => [name, `password of ${name}`])),
  };
  const settings = join(folder, "settings.json");
  await writeFile(settings, JSON.stringify(providerSettings(credentials)));
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: "0", SETTINGS_FILE: settings, TLS_DIRECTORY: folder },
  });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      output += `${line}\n`;
      // The library writes lines of its own.
      const { message, port } = (line.startsWith("{") ? JSON.parse(line) : {}) as { message?: string; port?: number };
      if (message === "serving" && port !== undefined) resolve(port);
    });
    child.once("exit", (code) => reject(new Error(`the provider ended with ${code}: ${output}`)));
  });
  const connect: buildConnector.connector = ({ hostname }, callback) => {
    const socket = startTls({ host: "127.0.0.1", port, servername: hostname, ca });
    socket.once("secureConnect", () => callback(null, socket)).once("error", (error: Error) => callback(error, null));
  };
  const agent = new Agent({ connect });
  return {
    ...{ port, credentials, connect, agent, output: () => output },
    async [Symbol.asyncDispose]() {
      await agent.destroy();
      child.kill();
      await rm(folder, { recursive: true });
    },
  };
}
