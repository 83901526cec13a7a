/**
 * A stack in a namespace of Vault. The real Vault here has none, so a server stands before it that lets through who asks in the
 * right namespace, and nobody else; all who ask a stack's Vault go there: bootstrap, engine, agents, commands. Needs no cluster.
 */
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { execa } from "execa";
import { dump } from "js-yaml";
import { vaultAudience } from "../../components/vault/vault-agent.ts";
import { vaultPaths } from "../../components/vault/paths.ts";
import { readStack } from "../../config/stack-file.ts";
import { defaultNamespace, jaegerQueryName, serviceHost } from "../../lib/names.ts";
import { issuer } from "../cluster/settings.ts";
import { tokenOf, tokenWith } from "../landscape/vault/people.ts";
import { repositoryDir } from "../paths.ts";
import { privateEngine } from "../private-engine.ts";
import { runToEnd } from "./collector/cases.ts";
import { atEnd } from "./collector/process.ts";
import { signedToken } from "./collector/token.ts";
import { withoutFiles } from "./context.ts";
import { attempt, print, type Finding } from "./findings.ts";
import { startStore, type StoreServer } from "./store/server.ts";
import { agentConfigMap, faultsOf, runAgent } from "./vault-namespace/agent.ts";
import { startFront } from "./vault-namespace/front.ts";
import { manifestsVariable, stack, view } from "./vault-namespace/names.ts";
import { checkoutWith, configOf, foundCompany, projectWith } from "./vault-namespace/site.ts";
import { startVault } from "./vault-namespace/vault.ts";
import { Witness } from "./vault-namespace/witness.ts";

const namespace = "company/tracing";
const workload = jaegerQueryName(view);
const local = readStack("local");
const signal = AbortSignal.timeout(15 * 60_000);
const progress = (text: string) => console.error(`  ${text}`);

/** A user of the store with a role of its own. @returns its password. */
async function storeUser(store: StoreServer, name: string, role: object): Promise<string> {
  const password = randomBytes(18).toString("base64url");
  await using admin = store.client("admin");
  for (const [path, body] of [
    [`/_security/role/${name}`, role],
    [`/_security/user/${name}`, { password, roles: [name] }],
  ] as const) {
    const { status, reason } = await admin.send("PUT", path, body);
    if (status >= 300) throw new Error(`${path}: ${status} ${reason}`);
  }
  return password;
}

/** Who asked, how often, and in which namespace. */
function printWitness({ seen }: Witness): void {
  const table = new Table({
    head: ["who asked Vault", `in ${namespace}`, "elsewhere"],
    style: { head: [], border: [] },
  });
  for (const [who, { right, wrong }] of seen) table.push([who, String(right), String(wrong.length)]);
  console.log(table.toString());
}

async function check(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "order-tracing-vault-namespace-"));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const company = await foundCompany(join(folder, "company"));
  progress("starting Vault and Elasticsearch");
  const vaultFolder = join(folder, "server");
  await mkdir(vaultFolder);
  const vault = await startVault(vaultFolder, company.authorities);
  const store = await startStore(withoutFiles(local));
  const witness = new Witness(namespace);
  const addresses = {
    vault: await startFront(company.server, vault.port, witness.gate),
    store: await startFront(company.server, store.port),
  };
  const config = configOf(company, { ...addresses, namespace });
  const checkout = await checkoutWith(join(folder, "checkout"), config);
  const elsewhere = await checkoutWith(
    join(folder, "elsewhere"),
    configOf(company, { ...addresses, namespace: undefined }),
  );

  const guide = await readFile(join(repositoryDir, "docs/guides/deployer-elasticsearch-role.json"), "utf8");
  const [passwordOfVault, passwordOfDeployer] = [
    await storeUser(store, "vault-tracing", { cluster: ["manage_security"] }),
    await storeUser(store, "tracing-deployer", JSON.parse(guide) as object),
  ];
  const [bootstrapToken, deployerToken] = [
    await tokenOf("bootstrap", vault.root, stack),
    await tokenOf("deployer", vault.root, stack),
  ];

  /** A command of the project. */
  const command = async (where: string, file: string, args: string[], token: string, input = "") => {
    const { exitCode, all } = await execa(process.execPath, [join(where, file), "--stack", stack, ...args], {
      ...{ cwd: where, input, all: true, reject: false, cancelSignal: signal, extendEnv: false },
      env: { PATH: process.env["PATH"], VAULT_TOKEN: token, KUBECONFIG: kubeconfig },
    });
    return { exitCode, said: all.trim().split("\n").slice(-3).join(" | ") };
  };
  const kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, dump(noCluster));
  const bootstrap = (args: string[], input?: string, where = checkout) =>
    command(where, "bootstrap/main.ts", args, bootstrapToken, input);

  const manifests = join(folder, "manifests");
  const project = await projectWith(join(folder, "project"), config);
  const env = {
    ...(await privateEngine(join(folder, "engine"))),
    // No cluster: a provider that writes files takes none.
    ...{ VAULT_TOKEN: deployerToken, [manifestsVariable]: manifests, KUBECONFIG: undefined },
    ...{ ELASTICSEARCH_USERNAME: "tracing-deployer", ELASTICSEARCH_PASSWORD: passwordOfDeployer },
  };
  const engine = async (...args: string[]) => {
    const run = execa("pulumi", [...args, "--stack", stack, "--non-interactive"], {
      ...{ cwd: project, env, extendEnv: false, all: true, reject: false, cancelSignal: signal },
      ...{ killSignal: "SIGINT", forceKillAfterDelay: 30_000 },
    });
    // It ends its plugins itself, if it is asked and not killed.
    atEnd(async () => {
      run.kill("SIGINT");
      await run;
    });
    const { exitCode, all } = await run;
    const errors = all.split("\n").filter((line) => /error/i.test(line));
    return { exitCode, said: errors.slice(0, 4).join(" | ") };
  };

  const findings: Finding[] = [];
  /** Somebody asks, and ends as is to be; all of it in the namespace. */
  const asks = async (who: string, work: () => Promise<{ exitCode: number | undefined; said: string }>, code = 0) => {
    progress(who);
    const finding = await attempt(who, "-", "done, all of it in the namespace", async () => {
      const { exitCode, said } = await witness.during(who, work);
      const { right, wrong } = witness.seen.get(who)!;
      if (exitCode !== code) return { found: `exit code ${exitCode}: ${said}`, good: false };
      return {
        found: wrong.length === 0 ? `done, ${right} requests` : `elsewhere: ${[...new Set(wrong)].join("; ")}`,
        good: right > 0 && wrong.length === 0,
      };
    });
    findings.push(finding);
  };

  await asks("bootstrap", () => bootstrap([], `vault-tracing\n${passwordOfVault}\nsecret-of-the-client\n`));
  await asks("bootstrap, again", () => bootstrap([]));
  await mkdir(manifests);
  const made = await execa("pulumi", ["stack", "init", stack], { cwd: project, env, extendEnv: false, reject: false });
  if (made.exitCode !== 0) throw new Error(`pulumi stack init: ${made.stderr}`);
  await asks("engine: up", () => engine("up", "--yes", "--skip-preview"));
  await asks("engine: refresh", () =>
    // Files cannot be read again.
    engine("refresh", "--yes", "--skip-preview", "--exclude", "urn:pulumi:*::*::**$kubernetes:**"),
  );
  await asks("Vault Agent", async () => {
    const token = signedToken(
      { issuer, privateKey: company.tokenKey },
      { namespace: defaultNamespace, serviceAccount: workload },
      vaultAudience,
    );
    const files = await runAgent(join(folder, "pod"), await agentConfigMap(manifests, workload), token, signal);
    const faults = faultsOf(files, serviceHost(workload, defaultNamespace));
    return { exitCode: faults.length, said: faults.join("; ") };
  });
  await asks("bootstrap --rotate", () => bootstrap(["--rotate"]));
  // It reads its account of the store in Vault; that nobody was refused yet is its answer.
  const paths = vaultPaths({ stack, settings: local.settings });
  const reader = await tokenWith(`${paths.policyPrefix}-audit`, vault.root);
  await asks("audit", () => command(checkout, "support/audit/main.ts", ["--refused"], reader), 1);
  await asks("engine: destroy", () => engine("destroy", "--yes", "--skip-preview"));

  progress("bootstrap without the namespace");
  findings.push(
    await attempt("bootstrap without the namespace", "the front", "refused", async () => {
      const who = "bootstrap without the namespace (refused)";
      const { exitCode, said } = await witness.during(who, () => bootstrap([], "", elsewhere));
      const { right, wrong } = witness.seen.get(who)!;
      const good = exitCode === 1 && right === 0 && wrong.length > 0 && said.includes("permission denied");
      return { found: good ? "refused" : `exit code ${exitCode}: ${said}`, good };
    }),
  );
  printWitness(witness);
  return print(findings);
}

/** The commands want a cluster of which to know who asks; here nobody is asked. */
const noCluster = {
  ...{ apiVersion: "v1", kind: "Config", "current-context": "none" },
  clusters: [{ name: "none", cluster: { server: "https://127.0.0.1:1" } }],
  users: [{ name: "none", user: {} }],
  contexts: [{ name: "none", context: { cluster: "none", user: "none" } }],
};

await runToEnd(check);
