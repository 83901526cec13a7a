import bcrypt from "bcryptjs";
import { rotationSteps } from "../bootstrap/rotation.ts";
import { bootstrapSteps, type Answers, type Outcome } from "../bootstrap/steps.ts";
import { VaultClient, VaultError } from "../lib/vault-client.ts";
import { external as externalSettings, settingsOf } from "./support/context.ts";
import { errorOf, VaultServer } from "./support/vault-server.ts";

type Data = Record<string, unknown>;

const managed = settingsOf({
  vault: { address: "https://vault.vault.svc:8200", caFile: "ca.crt", elasticsearchCaPath: "/ca.crt" },
});
const external = settingsOf({ elasticsearch: externalSettings });

/** Vault in memory, as far as the steps use it: KV version 2 with check-and-set, mounts, and the database engine's config. */
class FakeVault extends VaultClient {
  readonly stored = new Map<string, Data>();
  readonly log: string[] = [];
  /** Called before each write: another run, at the worst time. */
  beforeWrite: (path: string) => void = () => undefined;

  constructor() {
    super({ address: "https://vault.example", ca: "" });
  }

  get writes(): string[] {
    return this.log.filter((line) => !line.startsWith("GET"));
  }

  override send(method: "GET" | "POST", path: string, body?: object): Promise<unknown> {
    this.log.push(`${method} ${path}`);
    return new Promise((resolve) => resolve(method === "GET" ? this.load(path) : this.store(path, body as Data)));
  }

  private load(path: string): unknown {
    const found = this.stored.get(path);
    if (found && path === connection) {
      const { allowed_roles, url, ca_cert, username } = found;
      return { data: { allowed_roles, connection_details: { url, username, ...(ca_cert !== "" && { ca_cert }) } } };
    }
    if (found) return { data: path.startsWith("secret/") ? { data: found } : found };
    // Vault's own words for an absent mount.
    if (path.startsWith("sys/mounts/")) throw new VaultError("no secret engine mount at tracing-test-database/", 400);
    throw new VaultError("GET: 404", 404);
  }

  private store(path: string, body: Data): void {
    this.beforeWrite(path);
    if (!path.startsWith("secret/")) {
      // A connection keeps what it is not told.
      this.stored.set(path, path === connection ? { ...this.stored.get(path), ...body } : body);
      return;
    }
    const { options, data } = body as { options?: { cas?: number }; data: Data };
    if (options?.cas === 0 && this.stored.has(path)) {
      throw new VaultError("check-and-set parameter did not match the current version", 400);
    }
    this.stored.set(path, data);
  }
}

const provisioner = "secret/data/tracing/test/elasticsearch/provisioner";
const databaseUser = "secret/data/tracing/test/elasticsearch/vault";
const mount = "sys/mounts/tracing-test-database";
const connection = "tracing-test-database/config/elasticsearch";
const rootRotation = "tracing-test-database/rotate-root/elasticsearch";

const client = "secret/data/tracing/test/oidc-client";
const cookies = ["secret/data/tracing/test/cookie-shop", "secret/data/tracing/test/cookie-all"];

const nobody = () => Promise.reject(new Error("nobody is there to be asked"));
const roles = [
  "all-jaeger-reader",
  "shop-jaeger-reader",
  "shop-jaeger-writer",
  "test-tracing-audit-reader",
  "test-tracing-audit-writer",
  "unassigned-jaeger-writer",
];
const users = roles.flatMap((role) => [`${role}-a`, `${role}-b`]);

const answers: Answers = {
  elasticsearch: nobody,
  snapshotKey: nobody,
  clientSecret: () => Promise.resolve("secret of the client"),
};

const stepsOf = (vault: VaultClient, settings = managed, ask = answers) =>
  bootstrapSteps({ name: "test", settings, groups: ["shop"] }, vault, ask);

async function run(vault: VaultClient, settings = managed, ask = answers): Promise<string[]> {
  const lines: string[] = [];
  for (const step of stepsOf(vault, settings, ask)) lines.push(`${await step.run()}: ${step.title}`);
  return lines;
}

const outcomes = (lines: string[]) => lines.map((line) => line.split(":")[0] as Outcome);

describe("the first secrets of a stack", () => {
  test("a managed Elasticsearch: two users, the engine, its connection, sign-in; each value in its own place", async () => {
    const vault = new FakeVault();
    expect(await run(vault)).toEqual([
      `created: password of Elasticsearch's user "provisioner" in ${provisioner}`,
      `created: password of Elasticsearch's user "vault" in ${databaseUser}`,
      "created: database engine at tracing-test-database",
      "created: connection of the database engine to https://elasticsearch.tracing.svc:9200",
      `created: secret of the identity provider's client "tracing" in ${client}`,
      `created: key of the cookies of view shop in ${cookies[0]}`,
      `created: key of the cookies of view all in ${cookies[1]}`,
    ]);
    expect(vault.writes).toEqual(
      [provisioner, databaseUser, mount, connection, client, ...cookies].map((path) => `POST ${path}`),
    );
    expect(vault.stored.get(mount)).toMatchObject({ type: "database" });

    const [first, second] = [provisioner, databaseUser].map((path) => vault.stored.get(path) as Record<string, string>);
    expect(Object.keys(first!)).toEqual(["username", "password", "hash"]);
    expect([first!["username"], second!["username"]]).toEqual(["provisioner", "vault"]);
    expect(first!["password"]).not.toBe(second!["password"]);
    for (const user of [first!, second!]) {
      // 256 bits, and no character that a shell or a file of users could take for its own.
      expect(user["password"]).toMatch(/^[\w-]{43}$/);
      expect(await bcrypt.compare(user["password"]!, user["hash"]!)).toBe(true);
      // Elasticsearch's file realm takes this variant.
      expect(user["hash"]).toMatch(/^\$2[ab]\$10\$/);
    }
    expect(vault.stored.get(connection)).toEqual({
      plugin_name: "elasticsearch-database-plugin",
      allowed_roles: users,
      url: "https://elasticsearch.tracing.svc:9200",
      username: "vault",
      password: second!["password"],
      ca_cert: "/ca.crt",
      verify_connection: false,
    });
  });

  test("a second run keeps all and writes nothing", async () => {
    const vault = new FakeVault();
    await run(vault);
    const before = JSON.stringify([...vault.stored]);
    vault.log.length = 0;
    expect(outcomes(await run(vault, managed, { ...answers, clientSecret: nobody }))).toEqual(Array(7).fill("kept"));
    expect(vault.writes).toEqual([]);
    expect(JSON.stringify([...vault.stored])).toBe(before);
  });

  test("sign-in: the client's secret as it was given, and a key of its own for each view's cookies", async () => {
    const vault = new FakeVault();
    await run(vault);
    expect(vault.stored.get(client)).toEqual({ client_secret: "secret of the client" });
    const keys = cookies.map((path) => (vault.stored.get(path) as Record<string, string>)["secret"]!);
    expect(keys[0]).not.toBe(keys[1]);
    // 32 bytes, as AES-256 wants them.
    for (const key of keys) expect(Buffer.from(key, "base64url")).toHaveLength(32);
  });

  test("the key of snapshots is asked for once, and not where a role takes its place", async () => {
    const vault = new FakeVault();
    const snapshots = { bucket: "company-snapshots", region: "eu-central-1" };
    const withSnapshots = (more = {}) =>
      settingsOf({ elasticsearch: { mode: "managed", snapshots: { ...snapshots, ...more } } });
    const key = { access_key: "name", secret_key: "known to people" };
    const path = "secret/data/tracing/test/elasticsearch/snapshots";
    const lines = await run(vault, withSnapshots(), { ...answers, snapshotKey: () => Promise.resolve(key) });
    expect(lines[2]).toBe(`created: key of the bucket company-snapshots in ${path}`);
    expect(vault.stored.get(path)).toEqual(key);
    expect(lines.join()).not.toContain("known to people");
    expect(outcomes(await run(vault, withSnapshots()))[2]).toBe("kept");
    const other = new FakeVault();
    await run(other, withSnapshots({ roleArn: "arn:aws:iam::123456789012:role/tracing-snapshots" }));
    expect(other.stored.has(path)).toBe(false);
  });

  test("of two runs at once the first one's cookies stay good", async () => {
    const vault = new FakeVault();
    vault.beforeWrite = (path) => {
      if (path === cookies[0]) vault.stored.set(path, { secret: "of the other run" });
    };
    expect(outcomes(await run(vault)).slice(4)).toEqual(["created", "kept", "created"]);
    expect(vault.stored.get(cookies[0]!)).toEqual({ secret: "of the other run" });
  });

  test.each([provisioner, databaseUser, mount, connection, client, ...cookies])(
    "what an interrupted run left out is made: %s",
    async (path) => {
      const vault = new FakeVault();
      await run(vault);
      vault.stored.delete(path);
      vault.log.length = 0;
      expect(outcomes(await run(vault)).filter((outcome) => outcome === "created")).toHaveLength(1);
      expect(vault.writes).toEqual([`POST ${path}`]);
    },
  );

  test("of two runs at once the first one's password stays, and both use it", async () => {
    const vault = new FakeVault();
    const other = { username: "vault", password: "of the other run", hash: "$2b$10$x" };
    // The other run is done between this one's look and its write.
    vault.beforeWrite = (path) => {
      if (path === databaseUser) vault.stored.set(path, other);
    };
    expect(outcomes(await run(vault)).slice(0, 4)).toEqual(["created", "kept", "created", "created"]);
    expect(vault.stored.get(databaseUser)).toBe(other);
    expect(vault.stored.get(connection)).toMatchObject({ password: other.password });
  });

  test("an external Elasticsearch: asks for its user before the client's secret, once, and does not ask again", async () => {
    const vault = new FakeVault();
    const asked: string[] = [];
    const ask: Answers = {
      ...answers,
      elasticsearch() {
        asked.push("Elasticsearch");
        return Promise.resolve({ username: "admin", password: "known to people" });
      },
      clientSecret() {
        asked.push("client");
        return Promise.resolve("secret of the client");
      },
    };
    const lines = await run(vault, external, ask);
    expect(lines.slice(0, 2)).toEqual([
      "created: database engine at tracing-test-database",
      "created: connection of the database engine to https://search.example",
    ]);
    // From then on nobody but Vault knows the password.
    expect(vault.writes.slice(0, 3)).toEqual([`POST ${mount}`, `POST ${connection}`, `POST ${rootRotation}`]);
    const written = vault.stored.get(connection)!;
    expect(written).toMatchObject({ username: "admin", password: "known to people", url: "https://search.example" });
    // Without a path of its own, Vault's servers trust what their system trusts.
    expect(written).not.toHaveProperty("ca_cert");
    expect(written["allowed_roles"]).toContain("test-shop-jaeger-writer-a");
    expect(new Set(outcomes(await run(vault, external, ask)))).toEqual(new Set(["kept"]));
    expect(asked).toEqual(["Elasticsearch", "client"]);
    expect(lines.join()).not.toMatch(/known to people|secret of the client/);
  });

  test("a connection to another Elasticsearch is changed, with the user of that one; other roles without asking", async () => {
    const vault = new FakeVault();
    await run(vault);
    const { password } = vault.stored.get(connection)!;
    vault.stored.get(connection)!["allowed_roles"] = ["*"];
    vault.log.length = 0;
    expect(outcomes(await run(vault))[3]).toBe("changed");
    expect(vault.stored.get(connection)).toMatchObject({ allowed_roles: users, password });

    const asked: Answers = { ...answers, elasticsearch: () => Promise.resolve({ username: "admin", password: "x" }) };
    expect(outcomes(await run(vault, external, asked))[1]).toBe("changed");
    expect(vault.stored.get(connection)).toMatchObject({ url: "https://search.example", username: "admin" });
    expect(vault.writes.slice(-1)).toEqual([`POST ${rootRotation}`]);
    expect(new Set(outcomes(await run(vault, external)))).toEqual(new Set(["kept"]));
  });

  test("another of its addresses before it is the same Elasticsearch: Vault goes there with the password that it has", async () => {
    const vault = new FakeVault();
    const asked = { ...answers, elasticsearch: () => Promise.resolve({ username: "admin", password: "x" }) };
    await run(vault, external, asked);
    const withEndpoints = (...endpoints: string[]) => settingsOf({ elasticsearch: { ...externalSettings, endpoints } });
    const [old] = externalSettings.endpoints;
    const added = "https://other.example:9200";
    expect(outcomes(await run(vault, withEndpoints(old!, added)))[1]).toBe("kept");
    vault.log.length = 0;
    expect(outcomes(await run(vault, withEndpoints(added, old!)))[1]).toBe("changed");
    expect(vault.stored.get(connection)).toMatchObject({ url: added, username: "admin", password: "x" });
    expect(vault.writes).toEqual([`POST ${connection}`]);
  });

  test("--rotate: first the users that rest, and when the pods have gone over to them, the others", async () => {
    const vault = new FakeVault();
    const at = (second: number) => ({ last_vault_rotation: new Date(second * 1_000).toISOString() });
    for (const user of users)
      vault.stored.set(`tracing-test-database/static-roles/${user}`, at(user.endsWith("a") ? 2 : 1));
    // One pair is half a month on.
    vault.stored.set("tracing-test-database/static-roles/shop-jaeger-writer-b", at(3));
    const rests = (user: string) => user.endsWith(user.startsWith("shop-jaeger-writer") ? "a" : "b");

    let waited = 0;
    const wait = (seconds: number) => {
      vault.log.push(`POST wait/${seconds}`);
      return Promise.resolve((waited = seconds));
    };
    const steps = await rotationSteps({ name: "test", settings: managed, groups: ["shop"] }, vault, wait);
    const outcomesOf = [];
    for (const step of steps) outcomesOf.push(await step.run());
    expect(new Set(outcomesOf)).toEqual(new Set(["rotated", "waited"]));
    // Agents look twice a minute, and Jaeger needs a moment.
    expect(waited).toBeGreaterThanOrEqual(60);
    const half = roles.length;
    const rotated = vault.writes.map((line) => line.replace("POST tracing-test-database/rotate-role/", ""));
    expect(rotated.slice(0, half).sort()).toEqual(users.filter(rests));
    expect(rotated[half]).toBe(`POST wait/${waited}`);
    expect(rotated.slice(half + 1).sort()).toEqual(users.filter((user) => !rests(user)));

    // The whole is known before anything is changed.
    vault.stored.delete("tracing-test-database/static-roles/all-jaeger-reader-b");
    await expect(rotationSteps({ name: "test", settings: managed, groups: ["shop"] }, vault)).rejects.toThrow(
      "pulumi up",
    );
  });

  test("users of an earlier version may log in until `up` has replaced them, and no longer", async () => {
    const vault = new FakeVault();
    await run(vault);
    vault.stored.get(connection)!["allowed_roles"] = ["shop-jaeger-writer", "of-nobody"];
    vault.stored.set("tracing-test-database/static-roles?list=true", { keys: ["shop-jaeger-writer"] });
    expect(outcomes(await run(vault))[3]).toBe("changed");
    expect(vault.stored.get(connection)!["allowed_roles"]).toEqual([...users, "shop-jaeger-writer"].sort());
    expect(new Set(outcomes(await run(vault)))).toEqual(new Set(["kept"]));
    vault.stored.delete("tracing-test-database/static-roles?list=true");
    expect(outcomes(await run(vault))[3]).toBe("changed");
    expect(vault.stored.get(connection)!["allowed_roles"]).toEqual(users);
  });

  test("no title or outcome holds a password or a hash", async () => {
    const vault = new FakeVault();
    const lines = [...(await run(vault)), ...(await run(vault))].join("\n");
    for (const path of [provisioner, databaseUser, client, ...cookies]) {
      const stored = Object.entries(vault.stored.get(path)!).filter(([key]) => key !== "username");
      expect(stored.length).toBeGreaterThan(0);
      for (const [, value] of stored) expect(lines).not.toContain(value);
    }
    // Nor does a path, which Vault's audit log and proxies write down.
    expect(vault.log.every((line) => /^(GET|POST) [\w/-]+$/.test(line))).toBe(true);
  });

  test("a failure ends the run: nothing later is written, no guess that something is absent", async () => {
    for (const failure of [new VaultError("permission denied", 403), new VaultError("Vault is sealed", 503)]) {
      const vault = new FakeVault();
      const send = vault.send.bind(vault);
      // To look is refused, to write is not: what cannot be seen must not be taken for absent.
      vault.send = (method, path, body) =>
        method === "GET" && path === databaseUser ? Promise.reject(failure) : send(method, path, body);
      await expect(run(vault)).rejects.toBe(failure);
      expect(vault.writes).toEqual([`POST ${provisioner}`]);
    }

    const refused = new FakeVault();
    await expect(run(refused, external)).rejects.toThrow("nobody is there");
    expect(refused.writes).toEqual([`POST ${mount}`]);
  });

  // A deleted version still counts for check-and-set: there is no value, and `kept` says that there is.
  test("a secret whose newest version was deleted is no secret that was kept", async () => {
    const vault = new FakeVault();
    const send = vault.send.bind(vault);
    vault.send = (method, path, body) => {
      if (path !== provisioner) return send(method, path, body);
      const words = method === "GET" ? ["GET: 404", 404] : ["check-and-set parameter did not match", 400];
      return Promise.reject(new VaultError(...(words as [string, number])));
    };
    await expect(run(vault)).rejects.toThrow(provisioner);
  });

  test("steps read its answers as they are: absent mounts and secrets are made", async () => {
    const vault = await new VaultServer().listen();
    try {
      vault.says(404, { errors: [] });
      const secret = stepsOf(vault.client())[0]!;
      expect((await errorOf(secret.run())).message).toContain(`POST ${provisioner}: 404`);
      vault.says(400, { errors: ["No secret engine mount at tracing-test-database/"] });
      const engine = stepsOf(vault.client())[2]!;
      expect((await errorOf(engine.run())).message).toContain(`POST ${mount}: 400`);
      expect(JSON.parse(vault.seen.body)).toMatchObject({ type: "database" });
    } finally {
      await vault.close();
    }
  });
});
