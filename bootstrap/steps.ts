import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { hash } from "bcryptjs";
import { storeAdminUrls } from "../components/elasticsearch/addresses.ts";
import { viewNames } from "../lib/names.ts";
import { accountPairs, type StackSubject } from "./accounts.ts";
import { accessSecrets, generatedUsers, snapshotKey, vaultPaths, type VaultPaths } from "../components/vault/paths.ts";
import { VaultError, type VaultClient } from "../lib/vault-client.ts";

/** What a step did. */
export type Outcome = "created" | "kept" | "changed" | "rotated" | "waited";

export interface Step {
  title: string;
  /** Said before a step that takes its time. */
  begins?: string;
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
  /** Key of the S3 store that takes snapshots, if it is used by a key. */
  snapshotKey(): Promise<{ access_key: string; secret_key: string }>;
  /** Secret of the client that the company's identity provider has registered. */
  clientSecret(): Promise<string>;
}

/**
 * The steps that put every first secret of a stack into Vault. Each can be run again: what is there stays as it is.
 *
 * @param ask in the order of the steps: Elasticsearch's user before the client's secret.
 */
export function bootstrapSteps(
  { name: stack, settings, groups }: StackSubject,
  vault: VaultClient,
  ask: Answers,
): Step[] {
  const paths = vaultPaths({ stack, settings });
  const managed = settings.elasticsearch.mode === "managed";
  const users = Object.entries(generatedUsers);
  const { client } = accessSecrets;
  const snapshots = settings.elasticsearch.mode === "managed" ? settings.elasticsearch.snapshots : undefined;
  const [url = "", ...others] = storeAdminUrls(settings);
  return [
    ...(managed ? users : []).map(([username, name]) => ({
      title: `password of Elasticsearch's user "${username}" in ${paths.kv(name)}`,
      run: () => createUser(vault, paths.kv(name), username),
    })),
    ...(snapshots && snapshots.roleArn === undefined
      ? [
          {
            title: `key of the bucket ${snapshots.bucket} in ${paths.kv(snapshotKey)}`,
            run: () => createSecret(vault, paths.kv(snapshotKey), () => ask.snapshotKey()),
          },
        ]
      : []),
    {
      title: `database engine at ${paths.database}`,
      run: () => mountDatabase(vault, paths.database, stack),
    },
    {
      title: `connection of the database engine to ${url}`,
      run: () =>
        ensureConnection(vault, paths, {
          url,
          others,
          caPath: settings.vault.elasticsearchCaPath,
          users: usersOf({ name: stack, settings, groups }),
          credentials: managed ? () => readUser(vault, paths.kv(generatedUsers.vault)) : () => ask.elasticsearch(),
          // Those of a file realm are not Vault's to change.
          ownPassword: !managed,
        }),
    },
    {
      title: `secret of the identity provider's client "${settings.access.oidc.clientId}" in ${paths.kv(client.secret)}`,
      run: () =>
        createSecret(vault, paths.kv(client.secret), async () => ({ [client.field]: await ask.clientSecret() })),
    },
    ...viewNames(groups).map((view) => {
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

/** Users of an earlier version: its pods read their passwords until `up` has replaced both. */
async function stillUsed(vault: VaultClient, database: string, allowed: string[], users: string[]): Promise<string[]> {
  const others = allowed.filter((name) => name !== "*" && !users.includes(name));
  if (others.length === 0) return [];
  const existing = await vault.list(`${database}/static-roles`);
  return others.filter((name) => existing.includes(name));
}

interface Connection {
  /** The one address that Vault's plugin takes. */
  url: string;
  /** Of the same Elasticsearch. */
  others: readonly string[];
  caPath: string | undefined;
  /** Whose passwords it may set. */
  users: string[];
  credentials: () => Promise<Credentials>;
  /** Vault gives its user a password that nobody else knows. */
  ownPassword: boolean;
}

/** As Vault tells it. The password is never told. */
interface StoredConnection {
  data: { allowed_roles?: string[]; connection_details?: { url?: string; ca_cert?: string } };
}

/** One that is there is compared: it may be that of another Elasticsearch, or of an earlier landscape. */
async function ensureConnection(
  vault: VaultClient,
  { database, databaseConnection }: VaultPaths,
  { url, others, caPath, users, credentials, ownPassword }: Connection,
): Promise<Outcome> {
  const path = `${database}/config/${databaseConnection}`;
  const found = await vault.find<StoredConnection>(path);
  const { allowed_roles = [], connection_details: { url: oldUrl, ca_cert } = {} } = found?.data ?? {};
  const readdressed = oldUrl !== url;
  const moved = readdressed && !(oldUrl !== undefined && others.includes(oldUrl));
  const allowed = [...users, ...(await stillUsed(vault, database, allowed_roles, users))].sort();
  if (
    found &&
    !readdressed &&
    (ca_cert || undefined) === caPath &&
    isDeepStrictEqual(allowed_roles.toSorted(), allowed)
  ) {
    return "kept";
  }
  // Vault keeps what it is not told, so the user of the same Elasticsearch is not asked for again.
  const account = found && !moved ? undefined : await credentials();
  await vault.write(path, {
    plugin_name: "elasticsearch-database-plugin",
    // With "*" whoever may write roles here could make himself users with any right.
    allowed_roles: allowed,
    url,
    // What is stored of a user holds more than a connection needs.
    ...(account && { username: account.username, password: account.password }),
    // An empty one takes back what was there; without any, Vault's servers trust what their system trusts.
    ...((caPath ?? ca_cert) !== undefined && { ca_cert: caPath ?? "" }),
    // A managed Elasticsearch does not exist yet: the first static role is the proof.
    verify_connection: false,
  });
  if (ownPassword && (!found || moved)) await vault.write(`${database}/rotate-root/${databaseConnection}`);
  return found ? "changed" : "created";
}

/** Names of all users of the store whose passwords Vault sets, sorted. */
function usersOf(stack: StackSubject): string[] {
  return accountPairs(stack).flat().sort();
}
