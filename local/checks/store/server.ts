import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { openSync } from "node:fs";
import { chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hash } from "bcryptjs";
import { load } from "js-yaml";
import type { SeriesPlan } from "../../../components/elasticsearch/store-plan.ts";
import { managedElasticsearchPlan } from "../../../components/elasticsearch/managed-plan.ts";
import { renderYaml } from "../../../components/kubernetes/yaml.ts";
import { generatedUsers } from "../../../components/vault/paths.ts";
import type { Context } from "../../../config/context.ts";
import { AskError } from "../../../lib/ask-error.ts";
import { ElasticsearchClient, type ElasticsearchReach } from "../../../lib/elasticsearch/client.ts";
import { elasticsearchHome } from "../../images/definitions/elasticsearch.ts";
import { waitFor } from "../../wait.ts";
import { atEnd, freePort } from "../collector/process.ts";

/** Nobody: Elasticsearch refuses to run as root. */
const uid = 65534;
/** For its own tools: they refuse to change files of another user. */
export const runsAs = { uid, gid: uid };
/** What a start takes on a busy machine. */
const startMs = 300_000;

type Account = ElasticsearchReach["account"];

/** An Elasticsearch that is really running, on the loopback. */
export interface StoreServer {
  readonly port: number;
  readonly folder: string;
  /** As one of the plan's users of the file realm, or as one who may do everything. */
  client(user: "admin" | keyof typeof generatedUsers): ElasticsearchClient;
  /** As anybody else. */
  as(account: Account): ElasticsearchClient;
  readonly admin: Account;
}

/**
 * Starts the local image's Elasticsearch with the plan's own configuration, users and roles, on a new disk. Without TLS: its
 * ways are on the loopback. It ends with the process, as collectors do.
 *
 * @param settings beside those of the plan.
 * @throws with its log, if it does not start.
 */
export async function startStore(context: Context, settings: Record<string, unknown> = {}): Promise<StoreServer> {
  const folder = await mkdtemp(join(tmpdir(), "elasticsearch-"));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const [home, config] = [join(folder, "home"), join(folder, "home/config")];
  await elasticsearchHome(home);
  const port = await freePort();
  const { "elasticsearch.yml": planned, ...files } = managedElasticsearchPlan(context).config;
  const accounts = Object.fromEntries(
    ["admin", ...Object.keys(generatedUsers)].map((username) => [
      username,
      { username, password: randomBytes(18).toString("base64url") },
    ]),
  );
  const users = await Promise.all(
    Object.values(accounts).map(async ({ username, password }) => `${username}:${await hash(password, 4)}\n`),
  );
  const written: Record<string, string> = {
    ...files,
    "elasticsearch.yml": renderYaml({ ...onLoopback(load(planned!) as object), "http.port": port, ...settings }),
    users: users.join(""),
    users_roles: `${files["users_roles"]}superuser:admin\n`,
  };
  for (const [name, content] of Object.entries(written)) await writeFile(join(config, name), content);
  for (const name of ["home/data", "home/logs", "home/snapshots", "tmp"]) {
    await mkdir(join(folder, name), { recursive: true });
  }
  await give(folder);
  const ended = run(home, folder);
  const as = (account: Account) => {
    const endpoint = { origin: `http://127.0.0.1:${port}`, connect: {} };
    return new ElasticsearchClient({ endpoints: [endpoint], account });
  };
  const client = (user: string) => as(accounts[user]!);
  await using admin = client("admin");
  const up = async () => (await admin.send("GET", "/_cluster/health").catch(() => undefined))?.status === 200;
  await waitFor(async () => ended() || (await up()), { limit: startMs });
  if (!(await up())) throw new Error(`Elasticsearch does not start:\n${await logOf(folder)}`);
  return { port, folder, client, as, admin: accounts["admin"]! };
}

/** Makes the templates of a stack's series, as the engine does. */
export async function makeTemplates(client: ElasticsearchClient, series: readonly SeriesPlan[]): Promise<void> {
  for (const { name, template } of series) {
    const { aliases, ...rest } = template;
    const { status, reason } = await client.send("PUT", `/_index_template/${name}`, {
      index_patterns: [`${name}-*`],
      priority: 500,
      template: { ...rest, aliases: Object.fromEntries(aliases.map((alias) => [alias, {}])) },
    });
    if (status !== 200) throw new AskError(`template ${name}: ${status} ${reason}`);
  }
}

/** What of the plan's settings is about the pod: its addresses and certificates. */
function onLoopback(planned: object): object {
  const kept = Object.entries(planned).filter(([key]) => !/\.ssl$|^readiness\.|^network\.|^s3\./.test(key));
  return {
    ...Object.fromEntries(kept),
    "node.name": "loopback",
    "network.host": "127.0.0.1",
    "transport.port": "30000-31000",
    "path.repo": ["snapshots"],
  };
}

/** @returns whether it has ended. */
function run(home: string, folder: string): () => boolean {
  const log = openSync(join(folder, "log"), "w");
  const child = spawn(join(home, "bin/elasticsearch"), [], {
    cwd: home,
    ...runsAs,
    // The launcher starts the server: both end together, as one group.
    detached: true,
    stdio: ["ignore", log, log],
    env: {
      PATH: process.env["PATH"],
      ES_JAVA_HOME: "/usr/lib/jvm/java-17-openjdk-amd64",
      ES_JAVA_OPTS: "-Xms512m -Xmx512m",
      // Nothing of the program may be below it: plugins may write there.
      ES_TMPDIR: join(folder, "tmp"),
    },
  });
  const exit = once(child, "exit");
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  atEnd(async () => {
    if (!ended()) process.kill(-child.pid!, "SIGKILL");
    await exit;
  });
  return ended;
}

const logOf = async (folder: string) => (await readFile(join(folder, "log"), "utf8")).split("\n").slice(-40).join("\n");

async function give(path: string): Promise<void> {
  await chown(path, uid, uid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await give(inner);
    else await chown(inner, uid, uid);
  }
}
