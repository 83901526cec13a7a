import type { LookupFunction } from "node:net";
import { Agent, request } from "undici";

/** Vault said no. The message has its reasons and never what was sent. */
export class VaultError extends Error {
  readonly status: number;
  override readonly name = "VaultError";

  constructor(method: string, path: string, status: number, errors: readonly string[]) {
    super(`Vault: ${method} ${path}: HTTP ${status}${errors.length > 0 ? `: ${errors.join("; ")}` : ""}`);
    this.status = status;
  }
}

/** Where a Vault is and how to know that it is the right one. */
export interface VaultEndpoint {
  /** Its URL; the certificate must be for the name in it. */
  readonly address: string;
  /** PEM of the CA that the certificate must come from. */
  readonly ca: string;
  /** IP address to connect to. Default: what the machine resolves the name to. */
  readonly ip?: string;
  /** Default: none; enough to ask for health and to unseal. */
  readonly token?: string;
}

/** Vault's HTTP API. */
export class VaultClient {
  readonly #endpoint: VaultEndpoint;
  readonly #agent: Agent;

  constructor(endpoint: VaultEndpoint) {
    this.#endpoint = endpoint;
    const { ca, ip } = endpoint;
    this.#agent = new Agent({
      connect: { ca, minVersion: "TLSv1.2", timeout: 5_000, ...(ip === undefined ? {} : { lookup: always(ip) }) },
    });
  }

  /** The same Vault, asked with a token. */
  withToken(token: string): VaultClient {
    return new VaultClient({ ...this.#endpoint, token });
  }

  /**
   * Asks for `path` (without `/v1/`), for example `sys/mounts`.
   *
   * @throws VaultError if there is nothing, or the token may not see it
   */
  read<T>(path: string): Promise<T> {
    return this.#send("GET", path);
  }

  /** As {@link read}, but undefined where there is nothing. */
  async find<T>(path: string): Promise<T | undefined> {
    try {
      return await this.read<T>(path);
    } catch (error) {
      if (error instanceof VaultError && error.status === 404) return undefined;
      throw error;
    }
  }

  /**
   * Writes `body` to `path`. The answer is undefined where Vault has none.
   *
   * @throws VaultError if Vault refuses it
   */
  write<T = undefined>(path: string, body: Readonly<Record<string, unknown>> = {}): Promise<T> {
    return this.#send("POST", path, body);
  }

  /** @throws VaultError if Vault refuses it */
  delete(path: string): Promise<void> {
    return this.#send("DELETE", path);
  }

  async #send<T>(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<T> {
    const { address, token } = this.#endpoint;
    const response = await request(`${address}/v1/${path}`, {
      method,
      dispatcher: this.#agent,
      headers: { "x-vault-request": "true", ...(token === undefined ? {} : { "x-vault-token": token }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headersTimeout: 30_000,
    });
    const text = await response.body.text();
    if (response.statusCode >= 400) throw new VaultError(method, path, response.statusCode, reasons(text));
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }
}

function reasons(text: string): string[] {
  try {
    return (JSON.parse(text) as { errors?: string[] }).errors ?? [];
  } catch {
    return [text.slice(0, 200)];
  }
}

function always(ip: string): LookupFunction {
  return (_hostname, options, callback) => {
    if (options.all) callback(null, [{ address: ip, family: 4 }]);
    else callback(null, ip, 4);
  };
}
