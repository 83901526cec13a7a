import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chown, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hash } from "bcryptjs";
import { execa } from "execa";
import { renderYaml } from "../../../components/kubernetes/yaml.ts";
import { ElasticsearchClient } from "../../../lib/elasticsearch/client.ts";
import { distribution, plugin, pluginSource } from "../../images/definitions/elasticsearch.ts";
import { freePort } from "../collector/process.ts";

/** It does not run as root. */
const uid = 1000;
const patienceMs = 120_000;

/** An Elasticsearch of its own, on the loopback, with security on. */
export interface Server {
  /** Who may do everything there. */
  admin: ElasticsearchClient;
  /** A client of somebody else. */
  as: (username: string, password: string) => ElasticsearchClient;
  stop: () => Promise<void>;
}

/** Starts the program of the local image, with new data. @throws with the end of its log, if it does not answer. */
export async function startServer(signal: AbortSignal): Promise<Server> {
  const source = await distribution(signal);
  const folder = await mkdtemp(join(tmpdir(), "elasticsearch-"));
  const home = join(folder, "home");
  await execa("cp", ["-r", source, home]);
  const temporary = join(folder, "tmp");
  await mkdir(temporary);
  const added = join(home, "plugins/company-local");
  await mkdir(added);
  await copyFile(join(await plugin(source, signal), "company-local.jar"), join(added, "company-local.jar"));
  await copyFile(join(pluginSource, "plugin-descriptor.properties"), join(added, "plugin-descriptor.properties"));
  const port = await freePort();
  const password = randomBytes(16).toString("hex");
  const files = {
    "elasticsearch.yml": renderYaml({
      "cluster.name": "check",
      "discovery.type": "single-node",
      "network.host": "127.0.0.1",
      "http.port": port,
      "transport.port": await freePort(),
      "node.store.allow_mmap": false,
      "cluster.routing.allocation.disk.threshold_enabled": false,
      "xpack.security.enabled": true,
      "xpack.security.http.ssl.enabled": false,
      "xpack.security.transport.ssl.enabled": false,
      "xpack.security.authc.realms.file.file.order": 0,
      "xpack.security.authc.realms.native.native.order": 1,
    }),
    users: `admin:${await hash(password, 4)}\n`,
    users_roles: "superuser:admin\n",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(home, "config", name), text);
  // `jar`, which has unpacked it, does not keep permissions.
  await execa("chmod", ["-R", "a+x", join(home, "bin")]);
  await execa("chown", ["-R", `${uid}:${uid}`, folder]);
  await chown(folder, uid, uid);
  const child = spawn(join(home, "bin/elasticsearch"), {
    ...{ cwd: home, uid, gid: uid, detached: true, stdio: ["ignore", "pipe", "pipe"] },
    env: {
      PATH: process.env["PATH"],
      ES_JAVA_HOME: "/usr/lib/jvm/java-17-openjdk-amd64",
      // By itself it leaves a folder in that of the system.
      ES_TMPDIR: temporary,
      ES_JAVA_OPTS: "-Xms384m -Xmx384m",
    },
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (log = (log + chunk).slice(-4000)));
  const ended = once(child, "exit");
  const clients: ElasticsearchClient[] = [];
  const as = (username: string, secret: string) => {
    const client = new ElasticsearchClient({
      ...{ origin: `http://127.0.0.1:${port}`, account: { username, password: secret }, connect: {}, signal },
    });
    clients.push(client);
    return client;
  };
  const stop = async () => {
    for (const client of clients) await client[Symbol.asyncDispose]();
    // Java is a child of the script, in its group.
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, "SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const admin = as("admin", password);
    const answers = () =>
      admin.send("GET", "/").then(
        ({ status }) => status === 200,
        () => false,
      );
    for (const deadline = Date.now() + patienceMs; !(await answers());) {
      signal.throwIfAborted();
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`Elasticsearch does not answer:\n${log}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return { admin, as, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
