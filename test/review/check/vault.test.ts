import "../../support/without-sdks.ts";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { generatedUsers, vaultPaths } from "../../../components/vault/paths.ts";
import type { Context } from "../../../config/context.ts";
import { readStack } from "../../../config/stack-file.ts";
import type { Answer } from "../../../review/check/answer.ts";
import type { Finding } from "../../../review/check/finding.ts";
import { judgeAuthority } from "../../../review/check/vault/authority.ts";
import {
  firstSecrets,
  historyPath,
  judgeBootstrap,
  type LiveBootstrap,
  type SecretHistory,
} from "../../../review/check/vault/bootstrap.ts";
import { judgeHealth } from "../../../review/check/vault/health.ts";
import { lookAtVault } from "../../../review/check/vault/look.ts";
import { covers, deployerRules, parsePolicy, policyCommand } from "../../../review/check/vault/policy.ts";
import { judgeRights, neededRights, writtenPaths } from "../../../review/check/vault/rights.ts";
import { judgeToken } from "../../../review/check/vault/token.ts";
import { companyCa, context, contextOf, external, views } from "../../support/context.ts";
import { VaultServer } from "../../support/vault-server.ts";

const read = <T>(value: T): Answer<T> => ({ state: "read", value });
const missing = { state: "missing" } as const;
const hidden = { state: "unread", reason: "permission denied" } as const;
const said = (findings: readonly Finding[]) =>
  findings.map(({ level, text, write = "", blocks }) => `${blocks ? "not by this run" : level}: ${text}: ${write}`);
const texts = (expected: readonly string[]) => expected.map((text) => expect.stringContaining(text) as string);

const serving = { initialized: true, sealed: false, version: "1.20.4" };
test.each([
  ["serves", serving, []],
  ["the oldest", { ...serving, version: "1.15.0+ent" }, []],
  ["a later one", { ...serving, version: "2.0.1" }, []],
  ["no keys", { ...serving, initialized: false, sealed: true }, ["stop: it has no keys yet"]],
  ["sealed", { ...serving, sealed: true }, ["stop: it is sealed"]],
  ["too old", { ...serving, version: "1.14.9" }, ["stop: Vault 1.14.9 is too old"]],
  ["says nothing", { ...serving, version: "" }, ["unread: its version"]],
  ["a copy", { ...serving, replication_dr_mode: "secondary" }, ["stop: it is a secondary"]],
])("health: %s", (_, health, expected) => expect(said(judgeHealth(health))).toEqual(texts(expected)));

describe("token", () => {
  test.each([
    ["for hours", read({ ttl: 14_400, num_uses: 0 }), []],
    ["for ever", read({ ttl: 0, num_uses: 0 }), []],
    ["not there", undefined, ["not by this run: VAULT_TOKEN is not set"]],
    ["refused", hidden, ["not by this run: Vault refuses the token"]],
    ["near its end", read({ ttl: 90, num_uses: 0 }), ["note: the token ends in 90 seconds"]],
    [
      "to be renewed",
      read({ ttl: 1200, num_uses: 0, renewable: true }),
      [
        "note: the token ends in 20 minutes: a first up may take longer, and would break off half-way: vault token renew",
      ],
    ],
    ["for some requests", read({ ttl: 0, num_uses: 9 }), ["note: the token is good for 9 more requests"]],
  ])("%s", (_, answer, expected) => expect(said(judgeToken(answer, "test"))).toEqual(texts(expected)));
});

describe("rights", () => {
  const needs = neededRights(context);
  const all = Object.fromEntries(needs.map(({ path, capabilities }) => [path, [...capabilities]]));

  test("what the documented policy gives is enough, and so is root", () => {
    expect(judgeRights(needs, read(all), context)).toEqual([]);
    const root = Object.fromEntries(needs.map(({ path }) => [path, ["root"]]));
    expect(judgeRights(needs, read(root), context)).toEqual([]);
  });

  test("each lack is named by its rule, with the line that gives the policy", () => {
    const without = (prefix: string, capability?: string) =>
      Object.fromEntries(
        Object.entries(all).map(([path, has]) => [
          path,
          path.startsWith(prefix) ? has.filter((one) => capability !== undefined && one !== capability) : has,
        ]),
      );
    expect(said(judgeRights(needs, read(without("sys/auth/", "sudo")), context))).toEqual([
      "not by this run: the token lacks sudo on sys/auth/tracing-test-jwt; sudo on sys/auth/tracing-test-jwt/tune: " +
        "sed 's/STACK/test/g' docs/guides/deployer-vault-policy.hcl | vault policy write deployer-tracing-test -   # and a token of it",
    ]);
    expect(said(judgeRights(needs, read(without("auth/tracing-test-jwt/role/jaeger")), context))).toEqual(
      texts(["the token lacks create, read and update on auth/tracing-test-jwt/role/* (8 paths)"]),
    );
    expect(said(judgeRights(needs, read({}), context))).toEqual([
      expect.stringMatching(/; and \d+ more: sed /) as string,
    ]);
  });

  test("a token that may not ask is said so, and stops nothing", () =>
    expect(said(judgeRights(needs, hidden, context))).toEqual(texts(["unread: what the token may do"])));

  test("to delete is not needed, nor what people do beside an up", () => {
    expect(needs.flatMap(({ capabilities }) => capabilities)).not.toContain("delete");
    expect(needs.filter(({ path }) => /^secret|renew|capabilities|config\/elasticsearch/.test(path))).toEqual([]);
  });

  test("what another stack would have is not needed: a policy of an Elasticsearch of its own", () => {
    const policies = (of: Context) =>
      neededRights(of).flatMap(
        ({ path }) => /^sys\/policies\/acl\/tracing-test-(elastic.*|audit)$/.exec(path)?.[1] ?? [],
      );
    expect(policies(context)).toEqual(["elasticsearch", "audit"]);
    expect(policies(contextOf({ elasticsearch: external }))).toEqual(["audit"]);
  });

  test("mounts of the company's own names", () => {
    const { settings } = contextOf({
      vault: { ...context.settings.vault, kvMount: "company/kv", pkiMount: "company/pki" },
    });
    const paths = deployerRules({ stack: "$&", settings }).map(({ path }) => path);
    expect(paths).toContain("company/pki/root/sign-intermediate");
    expect(paths).toContain("company/kv/metadata/tracing/$&/*");
    expect(paths).toContain("sys/mounts/tracing-$&-pki");
    expect(policyCommand({ stack: "dev", settings })).toBe(
      `sed 's/STACK/dev/g; s#"secret/#"company/kv/#; s#"pki/#"company/pki/#' docs/guides/deployer-vault-policy.hcl | vault policy write deployer-tracing-dev -`,
    );
  });

  test("a rule covers what Vault lets it cover", () => {
    const rule = (path: string) => ({ path, capabilities: [] });
    expect(covers(rule("a.b/*"), "a.b/c/d")).toBe(true);
    expect(covers(rule("a.b/*"), "axb/c")).toBe(false);
    expect(covers(rule("a/+/c"), "a/b/c")).toBe(true);
    expect(covers(rule("a/+/c"), "a/b/b/c")).toBe(false);
    expect(covers(rule("a"), "a/b")).toBe(false);
    expect(parsePolicy('path "x" {\n  # why\n  capabilities = ["read"]\n}\n')).toEqual([
      { path: "x", capabilities: ["read"] },
    ]);
  });

  /** Of each resource of the graph that is one of many: the path at which Vault's provider writes it. */
  const pathsOf: Record<string, (inputs: Record<string, string>) => string> = {
    "vault:database/secretBackendStaticRole:SecretBackendStaticRole": ({ backend, name }) =>
      `${backend}/static-roles/${name}`,
    "vault:index/policy:Policy": ({ name }) => `sys/policies/acl/${name}`,
    "vault:jwt/authBackendRole:AuthBackendRole": ({ backend, roleName }) => `auth/${backend}/role/${roleName}`,
    "vault:pkiSecret/secretBackendRole:SecretBackendRole": ({ backend, name }) => `${backend}/roles/${name}`,
  };
  test.each(["dev", "prod", "local"])("of %s: every path that its graph has, by a rule of the policy", (stack) => {
    const graph = load(readFileSync(join(import.meta.dirname, `../../graph/${stack}.yaml`), "utf8")) as Record<
      string,
      { type: string; inputs: Record<string, string> }
    >;
    const made = Object.values(graph).flatMap(({ type, inputs }) => pathsOf[type]?.(inputs) ?? []);
    const { settings, landscape } = readStack(stack);
    const written = writtenPaths({ ...context, stack, settings, landscape });
    expect([...written].sort()).toEqual(made.sort());
    const rules = deployerRules({ stack, settings });
    expect(written.filter((path) => !rules.some((rule) => covers(rule, path)))).toEqual([]);
  });
});

describe("bootstrap", () => {
  const history = (version: { deletion_time?: string; destroyed?: boolean } = {}): SecretHistory => ({
    current_version: 1,
    versions: { "1": version },
  });
  const users = neededRights(context).flatMap(({ path }) => /static-roles\/(.+)/.exec(path)?.[1] ?? []);
  const connection = {
    allowed_roles: users,
    connection_details: { url: "https://elasticsearch.tracing.svc:9200" },
  };
  const secrets = (answer: Answer<SecretHistory> = read(history()), of: Context = context) =>
    new Map(firstSecrets(of).map((path) => [path, answer]));
  const judged = (live: Partial<LiveBootstrap>, of = context) =>
    said(judgeBootstrap(of, { connection: read(connection), secrets: secrets(read(history()), of), ...live }));
  const cookie = "secret/data/tracing/test/cookie-shop";
  const with_ = (answer: Answer<SecretHistory>) => ({ secrets: secrets().set(cookie, answer) });

  test("the first secrets are those that the bootstrap command writes", () => {
    const { kv } = vaultPaths(context);
    const names = ["oidc-client", ...views.map((view) => `cookie-${view}`)];
    expect(firstSecrets(context)).toEqual([...Object.values(generatedUsers), ...names].map(kv).sort());
    expect(firstSecrets(contextOf({ elasticsearch: external }))).toEqual(names.map(kv).sort());
    expect(historyPath(kv("oidc-client"))).toBe("secret/metadata/tracing/test/oidc-client");
  });

  test.each<[string, Partial<LiveBootstrap>, string[]]>([
    ["done", {}, []],
    ["any user", { connection: read({ ...connection, allowed_roles: ["*"] }) }, []],
    [
      "forgotten",
      { connection: missing, secrets: secrets(missing) },
      ["stop: the stack has no first secrets in Vault: bootstrap was not run: npm run bootstrap -- --stack test"],
    ],
    ["broken off", { connection: missing }, ["stop: bootstrap did not come to its end"]],
    ["a view that came later", with_(missing), [`there is no ${cookie}: npm run bootstrap`]],
    [
      "users that came later",
      { connection: read({ ...connection, allowed_roles: users.slice(2) }) },
      [`stop: Vault may not set passwords of ${users[0]} and ${users[1]}`],
    ],
    [
      "another Elasticsearch",
      { connection: read({ ...connection, connection_details: { url: "https://old.example" } }) },
      ["stop: Vault sets passwords in the Elasticsearch at https://old.example"],
    ],
    ["deleted", with_(read(history({ deletion_time: "2026-01-01T00:00:00Z" }))), [`stop: ${cookie} was deleted`]],
    ["to be deleted", with_(read(history({ deletion_time: "2999-01-01T00:00:00Z" }))), []],
    ["destroyed", with_(read(history({ destroyed: true }))), [`stop: ${cookie} was deleted`]],
    ["only settings", with_(read({ current_version: 0, versions: {} })), [`there is no ${cookie}`]],
    ["hidden", { connection: hidden, secrets: secrets(hidden) }, ["unread: whether bootstrap was run"]],
  ])("%s", (_, live, expected) => expect(judged(live)).toEqual(texts(expected)));
});

/** PEM: a root, the CA below it, and the one below that. */
function authorities(): [root: string, between: string, issuing: string] {
  const directory = mkdtempSync(join(tmpdir(), "order-tracing-cas-"));
  try {
    const [root, between, issuing] = ["root", "between", "issuing"].map((name, index, all) => {
      const above = index === 0 ? [] : ["-CA", `${all[index - 1]}.crt`, "-CAkey", `${all[index - 1]}.key`];
      const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1000"];
      const files = ["-keyout", `${name}.key`, "-out", `${name}.crt`];
      execFileSync("openssl", ["req", "-x509", ...ec, ...above, "-subj", `/CN=${name}`, ...files], {
        cwd: directory,
        stdio: "ignore",
      });
      return readFileSync(join(directory, `${name}.crt`), "utf8");
    });
    return [root!, between!, issuing!];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe("the company's CA", () => {
  const [root, between, issuing] = authorities();
  const days = (count: number) => new Date(Date.now() + count * 24 * 3600 * 1000);
  const judged = (live: Answer<string>, { at = days(1), stackRoot = root } = {}) =>
    said(judgeAuthority(live, { ...context, stackRoot }, at));

  test.each([
    ["the root itself", root, root],
    ["below the root", between, root],
    ["further below, and Vault knows what is between", [issuing, between].join(""), root],
    ["below a root of several", between, [companyCa, root].join("\n")],
  ])("%s", (_, chain, stackRoot) => expect(judged(read(chain), { stackRoot })).toEqual([]));

  test.each([
    ["another root", between, companyCa],
    ["a gap", issuing, root],
    ["a gap that something else does not fill", [issuing, companyCa].join("\n"), root],
  ])("%s", (_, chain, stackRoot) =>
    expect(judged(read(chain), { stackRoot })).toEqual([
      expect.stringMatching(/^stop: .*is not below the root in ca[.]crt.*vault: {pkiRootFile:/) as string,
    ]),
  );

  test("no such mount, or one without a CA", () => {
    expect(judged(hidden)).toEqual(texts(["stop: there is no PKI mount pki: nobody would sign"]));
    expect(judged(missing)).toEqual(texts(["stop: there is no PKI mount pki: nobody would sign"]));
    expect(judged(read(""))).toEqual(texts(["stop: the PKI mount pki has no CA"]));
  });

  test("one that has ended, or will before the stack's", () => {
    expect(judged(read(root), { at: days(1001) })).toEqual([expect.stringMatching(/^stop: .* ended on /) as string]);
    expect(judged(read(root), { at: days(700) })).toEqual([expect.stringMatching(/^note: .* ends on /) as string]);
  });
});

describe("a look", () => {
  const health = "sys/health?standbyok=true&perfstandbyok=true&sealedcode=200&uninitcode=200&drsecondarycode=200";
  let vault: VaultServer;
  beforeAll(async () => {
    vault = await new VaultServer().listen();
  });
  afterAll(() => vault.close());
  const at = (changes: Partial<Context["settings"]["vault"]> = {}, vaultCa = vault.ca): Context => ({
    ...context,
    vaultCa,
    settings: { ...context.settings, vault: { ...context.settings.vault, address: vault.address, ...changes } },
  });
  const look = async (of: Context, token?: string) => said((await lookAtVault(of, token)).findings);

  test("one that is not there, or none, is a matter of the run; another CA is not", async () => {
    expect(await look(at({ address: "https://127.0.0.1:1" }))).toEqual(
      texts(["not by this run: Vault at https://127.0.0.1:1 cannot be reached"]),
    );
    vault.says(502, "<html>bad gateway</html>");
    expect(await look(at())).toEqual(texts(["not by this run: Vault at "]));
    expect(await look(at({}, companyCa))).toEqual(texts(["stop: Vault at "]));
  });

  test("a sealed one is asked nothing else", async () => {
    vault.says(200, { ...serving, sealed: true });
    expect(await look(at(), "s.token")).toEqual(texts(["stop: it is sealed"]));
    expect(vault.seen.url).toMatch(/^\/v1\/sys\/health\?/);
    expect(vault.seen.headers).not.toHaveProperty("x-vault-token");
  });

  test("one that serves, and not this: an up would fail by it", async () => {
    vault.says(500, { errors: ["local node not active"] });
    vault.says(200, serving, health);
    expect(await look(at(), "s.token")).toEqual(texts(["local node not active"]));
    vault.says(400, { errors: ["no default issuer currently configured"] }, "pki/cert/ca_chain");
    expect(await look(at())).toEqual(
      expect.arrayContaining(texts(["stop: the PKI mount pki has no CA", "VAULT_TOKEN is not set"])) as string[],
    );
  });

  test("health is the server's; all else is asked in the stack's namespace of Vault", async () => {
    vault.says(403, { errors: ["permission denied"] });
    vault.says(200, serving, health);
    vault.says(200, { data: { certificate: companyCa } }, "pki/cert/ca_chain");
    expect(await look(at({ namespace: "admin/tracing" }), "s.token")).toEqual(
      texts(["not by this run: Vault refuses the token"]),
    );
    expect(vault.seen).toMatchObject({ url: "/v1/auth/token/lookup-self" });
    expect(vault.seen.headers).toMatchObject({ "x-vault-namespace": "admin/tracing", "x-vault-token": "s.token" });
    expect(await look(at())).toEqual(texts(["not by this run: VAULT_TOKEN is not set"]));
  });
});
