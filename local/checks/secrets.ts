import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { readStack } from "../../config/stack-file.ts";
import { storePlan } from "../../components/elasticsearch/store-plan.ts";
import { credentialsPath } from "../../components/vault/account-in-turn.ts";
import { generatedUsers, vaultPaths } from "../../components/vault/paths.ts";
import { viewNames } from "../../lib/names.ts";
import { home } from "../cluster/external.ts";
import { kubeletDir } from "../cluster/settings.ts";
import { binary } from "../toolchain/index.ts";
import { readCredentials } from "../landscape/identity/credentials.ts";
import { connect } from "../landscape/kubernetes/client.ts";
import { rootToken, vaultClient } from "../landscape/vault/client.ts";
import { logDir, stateDir } from "../paths.ts";
import { pulumiEnvironment } from "../pulumi.ts";

const stack = "local";

/** A value that must not be found, under a name that may be printed. */
interface Secret {
  name: string;
  value: string;
}

/** A place that is searched. */
interface Haystack {
  name: string;
  bytes: Buffer;
}

/** Every value that Vault holds for the stack, the token that opens it, and what the company's sign-in gave out. */
async function secrets(): Promise<Secret[]> {
  const { settings, landscape } = readStack(stack);
  const paths = vaultPaths({ stack, settings });
  const vault = await vaultClient();
  const found: Secret[] = [{ name: "Vault's root token", value: await rootToken() }];
  for (const name of Object.values(generatedUsers)) {
    const { data } = await vault.read<{ data: { data: { password: string; hash: string } } }>(paths.kv(name));
    found.push({ name: `password of ${name}`, value: data.data.password });
    found.push({ name: `password hash of ${name}`, value: data.data.hash });
  }
  for (const view of viewNames(landscape.groups)) {
    const { data } = await vault.read<{ data: { data: { secret: string } } }>(paths.kv(`cookie-${view}`));
    found.push({ name: `cookie secret of ${view}`, value: data.data.secret });
  }
  const { clientSecret, passwords } = await readCredentials();
  found.push({ name: "client secret of the sign-in", value: clientSecret });
  for (const [name, value] of Object.entries(passwords)) found.push({ name: `password of the account ${name}`, value });
  const plan = storePlan({ stack, settings, landscape });
  for (const name of plan.roles.flatMap(({ accounts }) => accounts)) {
    const { data } = await vault.read<{ data: { password: string } }>(credentialsPath(paths, name));
    found.push({ name: `password of ${name}`, value: data.password });
  }
  return found;
}

/**
 * Where secrets could have leaked to: the stack's state with its own secrets opened, the files of etcd (all objects, also
 * replaced and deleted ones), and the logs of cluster and pods.
 */
async function haystacks(): Promise<Haystack[]> {
  const { stdout: state } = await execa(binary("pulumi"), ["stack", "export", "--show-secrets", "--stack", stack], {
    env: await pulumiEnvironment(),
    encoding: "buffer",
    maxBuffer: 1 << 28,
  });
  return [
    { name: "pulumi stack export --show-secrets", bytes: Buffer.from(state) },
    ...(await files("etcd", join(stateDir, "etcd"))),
    ...(await files("logs", logDir)),
    ...(await files("pod logs", "/var/log/pods")),
    ...(await requestFiles()),
  ];
}

/** What the proxies before Jaeger write of requests: files of their pods, until those end. */
async function requestFiles(): Promise<Haystack[]> {
  const pods = join(kubeletDir, "pods");
  const found = await Promise.all(
    (await readdir(pods)).map((pod) => files("requests", join(pods, pod, "volumes/kubernetes.io~empty-dir/audit"))),
  );
  if (found.flat().length === 0) throw new Error(`no pod below ${pods} has written a request: nothing was searched`);
  return found.flat();
}

async function files(name: string, directory: string): Promise<Haystack[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return { name: `${name}: ${path.slice(directory.length + 1)}`, bytes: await readFile(path) };
      }),
  );
}

/** A value as it is, and as Base64, as it would stand in a Secret that was printed. */
function forms(value: string): Buffer[] {
  return [Buffer.from(value), Buffer.from(Buffer.from(value).toString("base64").replace(/=+$/, ""))];
}

function search(secret: Secret, places: readonly Haystack[]): string[] {
  return places.filter(({ bytes }) => forms(secret.value).some((form) => bytes.includes(form))).map(({ name }) => name);
}

/** A secret that is in etcd: the company's own, of its database. A search that does not find it finds nothing. */
async function control(): Promise<Secret> {
  const { core } = connect();
  const { data } = await core.readNamespacedSecret({ namespace: "shop", name: "shop-db" });
  const password = data?.["password"];
  if (!password) throw new Error("Secret shop/shop-db has no password: the search cannot be checked against it");
  return { name: "control: password of the Shop DB", value: Buffer.from(password, "base64").toString() };
}

if (home() !== "own") {
  console.error(
    "The search reads the files of etcd, so it needs the cluster that `npm run local` runs on this machine.",
  );
  process.exit(2);
}
const places = await haystacks();
const known = await control();
if (!search(known, places).some((place) => place.startsWith("etcd"))) {
  console.error(`The search is broken: it does not find the ${known.name} in etcd, where it is.`);
  process.exit(2);
}
const wanted = await secrets();
const leaks = wanted.flatMap((secret) => search(secret, places).map((place) => `${secret.name} stands in ${place}`));
for (const leak of leaks) console.error(leak);
const megabytes = Math.round(places.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6);
console.log(`${wanted.length} secrets searched in ${places.length} places (${megabytes} MB): ${leaks.length} found`);
process.exitCode = leaks.length === 0 ? 0 : 1;
