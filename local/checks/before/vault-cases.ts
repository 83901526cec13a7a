import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bootstrapSteps } from "../../../bootstrap/steps.ts";
import { vaultPaths } from "../../../components/vault/paths.ts";
import type { Context } from "../../../config/context.ts";
import type { VaultClient } from "../../../lib/vault-client.ts";
import type { Subject } from "../../../review/check/finding.ts";
import { lookAtVault } from "../../../review/check/vault/look.ts";
import { deployerPolicy } from "../../../review/check/vault/policy.ts";
import { neededRights } from "../../../review/check/vault/rights.ts";
import { repositoryDir } from "../../paths.ts";
import { writeCertificate } from "../collector/certificate.ts";
import { atEnd, freePort, newFolder } from "../collector/process.ts";
import type { Case } from "./case.ts";
import { startVault } from "./vault-server.ts";

/** A CA of Vault's own in a mount. @returns its certificate, PEM. */
async function makeAuthority(root: VaultClient, mount: string, ttl: string): Promise<string> {
  await root.write(`sys/mounts/${mount}`, { type: "pki", config: { max_lease_ttl: "87600h" } });
  const body = { common_name: mount, ttl, key_type: "ec", key_bits: 256 };
  const { data } = await root.write<{ data: { certificate: string } }>(`${mount}/root/generate/internal`, body);
  return data.certificate;
}

/** A server with the certificate of a Vault's address, that is none. */
async function startOther(): Promise<{ address: string; ca: string }> {
  const [folder, port] = await Promise.all([newFolder(), freePort()]);
  const { certificate: ca, files } = await writeCertificate(folder, "localhost");
  const [cert, key] = await Promise.all([readFile(files.cert), readFile(files.key)]);
  const server = createServer({ cert, key }, (_, answer) => answer.writeHead(404).end("not found"));
  await once(server.listen(port, "127.0.0.1"), "listening");
  atEnd(() => Promise.resolve(void server.close()));
  return { address: `https://localhost:${port}`, ca };
}

/** What Vault can be like, in an order in which each is the next step: from nothing to what an `up` needs. */
export async function vaultCases(local: Context): Promise<Case[]> {
  const [vault, other, nobody] = await Promise.all([startVault(), startOther(), freePort()]);
  const { stack } = local;
  /** Made by the cases, one after the other. */
  const made = {
    root: undefined as VaultClient | undefined,
    unseal: () => Promise.resolve(),
    rootToken: "",
    rootCa: "",
    deployer: "",
  };
  const root = () => made.root!;

  const context = (changes: Partial<Context["settings"]["vault"]> = {}, more: Partial<Context> = {}): Context => ({
    ...local,
    vaultCa: vault.ca,
    stackRoot: made.rootCa,
    settings: {
      ...local.settings,
      // Vault's plugin would read that file.
      vault: { ...local.settings.vault, address: vault.address, elasticsearchCaPath: undefined, ...changes },
    },
    ...more,
  });
  const look = async (token?: string, of = context()): Promise<Subject[]> => [await lookAtVault(of, token)];
  const asDeployer = (of?: Context) => look(made.deployer, of);

  const tokenOf = async (policy: string, more: object = {}) => {
    const body = { policies: [policy], no_default_policy: true, ttl: "4h", ...more };
    const { auth } = await root().write<{ auth: { client_token: string } }>("auth/token/create-orphan", body);
    return auth.client_token;
  };
  const documented = (await readFile(join(repositoryDir, deployerPolicy), "utf8")).replaceAll("STACK", stack);
  const policyOf = async (name: string, policy: string) => {
    await root().write(`sys/policies/acl/${name}`, { policy });
    return name;
  };
  const without = (path: string) => documented.replace(`path "${path}"`, `path "none/${path}"`);
  const weak = async (path: string) => look(await tokenOf(await policyOf("weak", without(path))));
  const { kv, database } = vaultPaths(local);

  const bootstrap = async (titles: RegExp, groups = local.landscape.groups) => {
    const subject = { name: stack, settings: context().settings, groups };
    const answers = {
      elasticsearch: () => Promise.reject(new Error("the local store is managed")),
      snapshotKey: () => Promise.resolve({ access_key: "key", secret_key: "secret" }),
      clientSecret: () => Promise.resolve("secret"),
    };
    for (const step of bootstrapSteps(subject, root(), answers)) if (titles.test(step.title)) await step.run();
  };
  const rules = [...new Set(neededRights(context()).map(({ by }) => by))];

  return [
    {
      title: "Vault is away",
      ends: "up",
      says: "cannot be reached: connect ECONNREFUSED",
      look: () => look("token", context({ address: `https://localhost:${nobody}` })),
    },
    {
      title: "something else is at its address",
      ends: "up",
      says: "404 not found",
      look: () => look("token", context({ address: other.address }, { vaultCa: other.ca })),
    },
    {
      title: "its certificate is of another CA",
      ends: "preview, up",
      says: "vault: {caFile:",
      look: () => look("token", context({}, { vaultCa: other.ca })),
    },
    {
      title: "its certificate has another name",
      ends: "preview, up",
      says: "vault: {address: <with a name that its certificate has>}",
      look: () => look("token", context({ address: `https://127.0.0.1:${vault.port}` })),
    },
    { title: "Vault has no keys", ends: "preview, up", says: "it has no keys yet", look: () => look("token") },
    {
      title: "Vault is sealed",
      ends: "preview, up",
      says: "it is sealed",
      async look() {
        Object.assign(made, await vault.initialise());
        return look("token");
      },
    },
    {
      title: "no PKI mount",
      ends: "preview, up",
      says: "there is no PKI mount pki",
      async look() {
        await made.unseal();
        return look();
      },
    },
    {
      title: "a PKI mount without a CA",
      ends: "preview, up",
      says: "the PKI mount empty has no CA",
      async look() {
        await root().write("sys/mounts/empty", { type: "pki" });
        return look(undefined, context({ pkiMount: "empty" }));
      },
    },
    {
      title: "no token",
      ends: "up",
      says: "VAULT_TOKEN is not set",
      async look() {
        made.rootCa = await makeAuthority(root(), "pki", "87600h");
        return look();
      },
    },
    { title: "a wrong token", ends: "up", says: "Vault refuses the token", look: () => look("hvs.wrong") },
    {
      title: "a token that has ended",
      ends: "up",
      says: "Vault refuses the token",
      async look() {
        const token = await tokenOf(await policyOf("deployer", documented), { ttl: "1s" });
        await sleep(1500);
        return look(token);
      },
    },
    {
      title: "bootstrap was forgotten",
      ends: "preview, up",
      says: `bootstrap was not run.\n  write:   npm run bootstrap -- --stack ${stack}`,
      async look() {
        await root().write("sys/mounts/secret", { type: "kv", options: { version: "2" } });
        made.deployer = await tokenOf("deployer");
        return asDeployer();
      },
    },
    {
      title: "bootstrap was broken off",
      ends: "preview, up",
      says: `bootstrap did not come to its end, or is older than what the stack has now: there is no ${database}/config/elasticsearch`,
      async look() {
        await bootstrap(/password of|key of the bucket/);
        return asDeployer();
      },
    },
    {
      title: "a group came after bootstrap: its view",
      ends: "preview, up",
      says: `older than what the stack has now: there is no ${kv(`cookie-${local.landscape.groups.at(-1)}`)}`,
      async look() {
        await bootstrap(/./, local.landscape.groups.slice(0, -1));
        return asDeployer();
      },
    },
    {
      title: "and its users",
      ends: "preview, up",
      says: `Vault may not set passwords of ${local.landscape.groups.at(-1)}-jaeger-writer-a`,
      look: () => asDeployer(),
    },
    {
      title: "all is there, by the documented policy",
      ends: "-",
      says: "",
      async look() {
        await bootstrap(/./);
        return asDeployer();
      },
    },
    { title: "all is there, by a root token", ends: "-", says: "", look: () => look(made.rootToken) },
    {
      title: "a first secret was deleted",
      ends: "preview, up",
      says: `${kv("cookie-all")} was deleted in Vault`,
      async look() {
        await root().remove(kv("cookie-all"));
        const found = await asDeployer();
        await root().write(kv("cookie-all").replace("/data/", "/undelete/"), { versions: [1] });
        return found;
      },
    },
    {
      title: "Vault's connection leads to another store",
      ends: "preview, up",
      says: "Vault sets passwords in the Elasticsearch at https://elasticsearch.",
      look: () => {
        const { elasticsearch } = local.settings;
        if (elasticsearch.mode !== "managed") throw new Error("the local store is managed");
        const moved = { ...elasticsearch, publish: { host: "store.example", ranges: [], annotations: {} } };
        const of = context();
        return asDeployer({ ...of, settings: { ...of.settings, elasticsearch: moved } });
      },
    },
    {
      title: "the company's CA is of another root",
      ends: "preview, up",
      says: "is not below the root in",
      async look() {
        await makeAuthority(root(), "other", "87600h");
        return asDeployer(context({ pkiMount: "other" }));
      },
    },
    {
      title: "the company's CA ends before the stack's",
      ends: "-",
      says: "before a CA of the stack that is signed now",
      async look() {
        const stackRoot = await makeAuthority(root(), "short", "240h");
        return look(made.rootToken, context({ pkiMount: "short" }, { stackRoot }));
      },
    },
    {
      title: "a token that ends soon",
      ends: "-",
      says: "a first up may take longer",
      look: async () => look(await tokenOf("deployer", { ttl: "10m" })),
    },
    {
      title: "a token for a few requests",
      ends: "-",
      says: "more requests, and an up asks Vault more often",
      look: async () => look(await tokenOf("deployer", { num_uses: 50 })),
    },
    {
      title: "a policy of before this look",
      ends: "-",
      says: "what the token may do: its policy lacks sys/capabilities-self",
      look: () => weak("sys/capabilities-self"),
    },
    ...rules.map((path): Case => ({
      title: `a policy without ${path}`,
      ends: "up",
      // Who may not ask who it is, may not be asked more.
      says: path === "auth/token/lookup-self" ? "Vault refuses the token" : `on ${path}`,
      look: () => weak(path),
    })),
  ];
}
