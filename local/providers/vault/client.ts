import { readFileSync } from "node:fs";
import { HttpClient, HttpError } from "../http.ts";
import type { Properties } from "../properties.ts";

/**
 * Vault's HTTP API, with the address, token and CA that the provider's arguments or the environment name. Nothing is read
 * or opened before the first request: a preview needs neither.
 */
export class VaultClient {
  readonly #settings: Properties;
  #connected: HttpClient | undefined;

  constructor(settings: Properties) {
    this.#settings = settings;
  }

  get #http(): HttpClient {
    this.#connected ??= connect(this.#settings);
    return this.#connected;
  }

  /** @returns `data` of what is there, `undefined` if nothing is. */
  async read(path: string): Promise<Properties | undefined> {
    return data(await this.#told(this.#http.find(url(path))));
  }

  /** @returns `data` of the answer, if there is one. */
  async write(path: string, body: Properties): Promise<Properties> {
    return data(await this.#told(this.#http.send("POST", url(path), body))) ?? {};
  }

  /** What does not exist is deleted already. */
  async remove(path: string): Promise<void> {
    await this.#told(this.#http.remove(url(path)));
  }

  async #told<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof HttpError && error.status === 503 && /sealed/i.test(error.reason)) {
        throw new Error(`Vault at ${this.#http.options.address} is sealed: unseal it and run again`, { cause: error });
      }
      throw error;
    }
  }
}

function connect(settings: Properties): HttpClient {
  const address = setting(settings, "address") ?? process.env["VAULT_ADDR"];
  const token = setting(settings, "token") ?? process.env["VAULT_TOKEN"];
  const caFile = setting(settings, "caCertFile") ?? process.env["VAULT_CACERT"];
  if (!address) throw new Error("Vault: no address; set VAULT_ADDR or the provider's `address`");
  if (!token) throw new Error("Vault: no token; set VAULT_TOKEN in the environment of the run");
  return new HttpClient({
    server: "Vault",
    address,
    ca: caFile ? readFileSync(caFile, "utf8") : undefined,
    headers: { "x-vault-token": token, "x-vault-request": "true" },
    attempts: 1 + Number(setting(settings, "maxRetries") ?? 3),
    message: (body) => ((body as { errors?: string[] } | undefined)?.errors ?? []).join("; ").replace(/\s+/g, " "),
  });
}

function setting(settings: Properties, name: string): string | undefined {
  const value = settings[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function url(path: string): string {
  return `/v1/${path.split("/").map(encodeURIComponent).join("/")}`;
}

function data(answer: unknown): Properties | undefined {
  return (answer as { data?: Properties } | undefined)?.data;
}
