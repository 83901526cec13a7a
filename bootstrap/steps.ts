import { randomBytes } from "node:crypto";
import { hash } from "bcryptjs";
import type { Settings } from "../config/settings.ts";
import { storeAdminUrl } from "../components/elasticsearch/addresses.ts";
import { accessSecrets, generatedUsers, vaultPaths } from "../components/vault/paths.ts";
import { VaultError, type VaultClient } from "../lib/vault-client.ts";

/** What a step did. */
export type Outcome = "created" | "kept";

export interface Step {
  title: string;
  run(): Promise<Outcome>;
}

/** User and password of Elasticsearch that only people know. */
interface Credentials {
  username: string;
  password: string;
}

/** What only people know. Each is asked for when it is needed, and not when it is there. */
export interface Answers {
  /** Vault's own user of an external Elasticsearch. */
  elasticsearch(): Promise<Credentials>;
  /** Secret of the client that the company's identity provider has registered. */
  clientSecret(): Promise<string>;
}

/**
 * The steps that put every first secret of a stack into Vault. Each can be run again: what is there stays as it is.
 *
 * @param views views that there are: each has cookies of its own.
 * @param ask in the order of the steps: Elasticsearch's user before the client's secret.
 */
export function bootstrapSteps(
  { name: stack, settings, views }: { name: string; settings: Settings; views: readonly string[] },
  vault: VaultClient,
  ask: Answers,
): Step[] {
  const paths = vaultPaths({ stack, settings });
  const managed = settings.elasticsearch.mode === "managed";
  const users = Object.entries(generatedUsers);
  const { client } = accessSecrets;
  return [
    ...(managed ? users : []).map(([username, name]) => ({
      title: `password of Elasticsearch's user "${username}" in ${paths.kv(name)}`,
      run: () => createUser(vault, paths.kv(name), username),
    })),
    {
      title: `database engine at ${paths.database}`,
      run: () => mountDatabase(vault, paths.database, stack),
    },
    {
      title: `connection of the database engine to ${storeAdminUrl(settings)}`,
      run: () =>
        createConnection(vault, `${paths.database}/config/${paths.databaseConnection}`, {
          url: storeAdminUrl(settings),
          caPath: settings.vault.elasticsearchCaPath,
          credentials: managed ? () => readUser(vault, paths.kv(generatedUsers.vault)) : () => ask.elasticsearch(),
        }),
    },
    {
      title: `secret of the identity provider's client "${settings.access.oidc.clientId}" in ${paths.kv(client.secret)}`,
      run: () =>
        createSecret(vault, paths.kv(client.secret), async () => ({ [client.field]: await ask.clientSecret() })),
    },
    ...views.map((view) => {
      const { secret, field } = accessSecrets.cookie(view);
      return {
        title: `key of the cookies of view ${view} in ${paths.kv(secret)}`,
        run: () => createSecret(vault, paths.kv(secret), () => ({ [field]: randomText() })),
      };
    }),
  ];
}

function createUser(vault: VaultClient, path: string, username: string): Promise<Outcome> {
  return createSecret(vault, path, async () => {
    const password = randomText();
    return { username, password, hash: await hash(password, 10) };
  });
}

/** 256 bits, as text that nothing takes for its own. */
function randomText(): string {
  return randomBytes(32).toString("base64url");
}

/** `cas: 0` lets Vault refuse to overwrite: two runs at once cannot replace each other's value. */
async function createSecret(
  vault: VaultClient,
  path: string,
  make: () => Promise<Record<string, string>> | Record<string, string>,
): Promise<Outcome> {
  if (await vault.find(path)) return "kept";
  const data = await make();
  try {
    await vault.write(path, { options: { cas: 0 }, data });
    return "created";
  } catch (error) {
    if (!(error instanceof VaultError && error.message.includes("check-and-set"))) throw error;
    if (await vault.find(path)) return "kept";
    throw new VaultError(
      `${path} was deleted in Vault, but its history is there: restore it (vault kv undelete) or remove it (vault kv metadata delete), then run again`,
      error.status,
    );
  }
}

async function readUser(vault: VaultClient, path: string): Promise<Credentials> {
  const { data } = await vault.read<{ data: { data: Credentials } }>(path);
  return data.data;
}

async function mountDatabase(vault: VaultClient, path: string, stack: string): Promise<Outcome> {
  if (await vault.find(`sys/mounts/${path}`)) return "kept";
  const description = `Passwords of Elasticsearch's users for the tracing stack ${stack}`;
  await vault.write(`sys/mounts/${path}`, { type: "database", description });
  return "created";
}

async function createConnection(
  vault: VaultClient,
  path: string,
  { url, caPath, credentials }: { url: string; caPath: string | undefined; credentials: () => Promise<Credentials> },
): Promise<Outcome> {
  if (await vault.find(path)) return "kept";
  const { username, password } = await credentials();
  await vault.write(path, {
    plugin_name: "elasticsearch-database-plugin",
    allowed_roles: ["*"],
    url,
    username,
    password,
    ...(caPath && { ca_cert: caPath }),
    // A managed Elasticsearch does not exist yet: the first static role is the proof.
    verify_connection: false,
  });
  return "created";
}
