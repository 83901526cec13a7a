import { readFileSync } from "node:fs";
import pRetry from "p-retry";
import { VaultClient as Api, VaultError } from "../../../lib/vault-client.ts";
import type { Properties } from "../properties.ts";

interface Answer {
  data?: Properties | null;
  auth?: { client_token: string };
}

/** Life of the child token unless the settings say otherwise, seconds: too short for an `up` that waits for pods. */
const childTokenTtl = 1200;

/**
 * Vault's HTTP API, with the address, token and CA that the provider's arguments or the environment name. Nothing is read
 * or opened before the first request: a preview needs neither.
 */
export class VaultClient {
  readonly #settings: Properties;
  #connected: Promise<Api> | undefined;

  constructor(settings: Properties) {
    this.#settings = settings;
  }

  /** @returns `data` of what is there, `undefined` if nothing is. */
  async read(path: string): Promise<Properties | undefined> {
    return (await this.#ask((vault) => vault.find<Answer>(encoded(path))))?.data ?? undefined;
  }

  /** @returns `data` of the answer, if there is one. */
  async write(path: string, body: Properties): Promise<Properties> {
    return (await this.#ask((vault) => vault.write<Answer | undefined>(encoded(path), body)))?.data ?? {};
  }

  /** What does not exist is deleted already. */
  async remove(path: string): Promise<void> {
    await this.#ask((vault) => vault.remove(encoded(path)));
  }

  async #ask<T>(question: (vault: Api) => Promise<T>): Promise<T> {
    const retries = Number(setting(this.#settings, "maxRetries") ?? 2);
    this.#connected ??= login(this.#settings, retries);
    const vault = await this.#connected.catch((error: unknown) => {
      // The next resource tries again.
      this.#connected = undefined;
      throw error;
    });
    return patiently(() => question(vault), retries);
  }
}

/**
 * The client that does the work. As the plugin: it asks who the token is, and unless `skipChildToken` is set it makes a
 * child of it, which cannot be renewed. So the token's policies need `auth/token/lookup-self`, and `auth/token/create`.
 */
async function login(settings: Properties, retries: number): Promise<Api> {
  const vault = connect(settings);
  await patiently(() => vault.read("auth/token/lookup-self"), retries);
  const skip = setting(settings, "skipChildToken") ?? process.env["TERRAFORM_VAULT_SKIP_CHILD_TOKEN"];
  if (skip === "true" || skip === "1") return vault;
  const ttl = `${setting(settings, "maxLeaseTtlSeconds") ?? childTokenTtl}s`;
  const child = { display_name: "terraform", ttl, explicit_max_ttl: ttl, renewable: false };
  const { auth } = await patiently(() => vault.write<Answer>("auth/token/create", child), retries).catch(
    (error: Error) => {
      throw new Error(`failed to create limited child token: ${error.message}`, { cause: error });
    },
  );
  return vault.withToken(auth!.client_token);
}

function connect(settings: Properties): Api {
  const address = setting(settings, "address") ?? process.env["VAULT_ADDR"];
  const token = setting(settings, "token") ?? process.env["VAULT_TOKEN"];
  const caFile = setting(settings, "caCertFile") ?? process.env["VAULT_CACERT"];
  if (!address) throw new Error("Vault: no address; set VAULT_ADDR or the provider's `address`");
  if (!token) throw new Error("Vault: no token; set VAULT_TOKEN in the environment of the run");
  const namespace = setting(settings, "namespace") ?? process.env["VAULT_NAMESPACE"];
  return new Api({ address, namespace, token, ca: caFile ? readFileSync(caFile, "utf8") : undefined });
}

/** Too busy or starting up: a moment later it may do. A sealed Vault stays sealed, a wrong certificate wrong. */
function patiently<T>(question: () => Promise<T>, retries: number): Promise<T> {
  return pRetry(question, {
    retries,
    minTimeout: 500,
    maxTimeout: 4_000,
    shouldRetry: ({ error }) =>
      error instanceof VaultError &&
      [0, 429, 500, 502, 503, 504].includes(error.status) &&
      !/sealed|certificate/i.test(error.message),
  });
}

/** Text, as all settings of a provider travel; blank is not given. */
function setting(settings: Properties, name: string): string | undefined {
  const value = settings[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function encoded(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
