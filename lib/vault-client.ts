import { Agent, EnvHttpProxyAgent, request, type buildConnector, type Dispatcher } from "undici";

/** An answer of Vault that is no success, or none at all: then the status is 0. Never holds what was sent. */
export class VaultError extends Error {
  override readonly name = "VaultError";
  readonly status: number;
  constructor(message: string, status: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** Where a Vault is, and how to know that it is the right one. */
export interface VaultEndpoint {
  /** URL without a path, for example `https://vault.example:8200`; the certificate must be for the name in it. */
  readonly address: string;
  /** PEM of the CA that the certificate must come from. Default: those of the machine. */
  readonly ca?: string | undefined;
  /** Namespace of Vault Enterprise or HCP that all paths are in. Default: the root namespace. */
  readonly namespace?: string | undefined;
  /** Sent with every request, never written anywhere. Default: none; enough to ask for health and to unseal. */
  readonly token?: string;
  /** Makes the connections, verified. Default: to the address, by the proxy of the environment if that names one. */
  readonly connect?: buildConnector.connector;
}

const connectMs = 5_000;
const answerMs = 30_000;

/** Vault's HTTP API. Paths come without `/v1/`, for example `sys/mounts`. */
export class VaultClient {
  readonly #endpoint: VaultEndpoint;
  readonly #agent: Dispatcher;

  constructor(endpoint: VaultEndpoint) {
    this.#endpoint = endpoint;
    const { ca, connect } = endpoint;
    const patience = { headersTimeout: answerMs, bodyTimeout: answerMs };
    const tls = { ca, timeout: connectMs };
    // As Vault's own provider: `HTTPS_PROXY`, but for what `NO_PROXY` names.
    this.#agent = connect
      ? new Agent({ ...patience, connect })
      : new EnvHttpProxyAgent({ ...patience, connect: tls, requestTls: tls });
  }

  /** The same Vault, asked with a token. */
  withToken(token: string): VaultClient {
    return new VaultClient({ ...this.#endpoint, token });
  }

  /** @throws VaultError if there is nothing, or the token may not see it. */
  async read<T>(path: string): Promise<T> {
    return (await this.send("GET", path)) as T;
  }

  /** As {@link read}, but undefined where there is nothing. What may not be seen is still an error. */
  async find<T>(path: string): Promise<T | undefined> {
    try {
      return await this.read<T>(path);
    } catch (error) {
      if (error instanceof VaultError && isAbsent(error)) return undefined;
      throw error;
    }
  }

  /** The names below a path; none where there is nothing. */
  async list(path: string): Promise<string[]> {
    return (await this.find<{ data: { keys: string[] } }>(`${path}?list=true`))?.data.keys ?? [];
  }

  /**
   * @returns undefined where Vault's answer is empty.
   * @throws VaultError if Vault refuses it.
   */
  async write<T = undefined>(path: string, body: object = {}): Promise<T> {
    return (await this.send("POST", path, body)) as T;
  }

  /** What does not exist is deleted already. */
  async remove(path: string): Promise<void> {
    try {
      await this.send("DELETE", path);
    } catch (error) {
      if (!(error instanceof VaultError && isAbsent(error))) throw error;
    }
  }

  protected async send(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<unknown> {
    const { address, namespace, token } = this.#endpoint;
    const { status, text } = await request(new URL(`/v1/${path}`, address), {
      method,
      dispatcher: this.#agent,
      headers: {
        "x-vault-request": "true",
        ...(namespace !== undefined && { "x-vault-namespace": namespace }),
        ...(token !== undefined && { "x-vault-token": token }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
      .then(async (answer) => ({ status: answer.statusCode, text: await answer.body.text() }))
      .catch((error: unknown) => {
        throw new VaultError(`Vault at ${address} cannot be reached: ${reason(error)}`, 0, { cause: error });
      });
    if (status < 400) return text === "" ? undefined : JSON.parse(text);
    throw new VaultError(`Vault at ${address}: ${method} ${path}: ${status} ${says(text)}`, status);
  }
}

/** An absent mount is 400 "No secret engine mount at …" or "No auth engine at …", all else that is absent is 404. */
function isAbsent({ status, message }: VaultError): boolean {
  return status === 404 || (status === 400 && /no (secret engine mount|auth engine) at/i.test(message));
}

function reason(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || String(code);
}

/** Vault's own words. */
function says(text: string): string {
  try {
    const { errors = [] } = JSON.parse(text) as { errors?: string[] };
    if (errors.some((message) => message.includes("Vault is sealed")))
      return "Vault is sealed: unseal it and run again";
    return errors.join("; ");
  } catch {
    return text.slice(0, 200);
  }
}
