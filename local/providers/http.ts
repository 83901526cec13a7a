import pRetry from "p-retry";
import { Agent, request } from "undici";
import type { Dispatcher } from "undici";

/** How to reach a server. */
export interface HttpOptions {
  /** For messages: "Vault", "Elasticsearch". */
  server: string;
  /** https URL without a path. */
  address: string;
  /** PEM of the CA that signs the server's certificate; without it the machine's own CAs count. */
  ca?: string;
  headers: Record<string, string>;
  /** Default 4: with the waits between them, about eight seconds. */
  attempts?: number;
  /** Turns the body of an error into the server's message. */
  message: (body: unknown) => string;
}

/** A server's refusal. */
export class HttpError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(what: string, status: number, reason: string) {
    super(`${what}: ${status} ${reason}`);
    this.status = status;
    this.reason = reason;
  }
}

/** A small JSON client: TLS verified, a bounded number of attempts, errors that name the address. */
export class HttpClient {
  readonly options: HttpOptions;
  readonly #agent: Agent;

  constructor(options: HttpOptions) {
    if (!URL.canParse(options.address)) {
      throw new Error(`${options.server}: "${options.address}" is no address; give a URL such as https://name:port`);
    }
    this.options = options;
    this.#agent = new Agent({
      connect: { ca: options.ca, timeout: 3_000 },
      headersTimeout: 30_000,
      bodyTimeout: 30_000,
    });
  }

  /** @returns the answer's JSON. @throws HttpError for a refusal, Error if the server cannot be reached. */
  async send(method: Dispatcher.HttpMethod, path: string, body?: unknown): Promise<unknown> {
    return pRetry(() => this.#once(method, path, body), {
      retries: (this.options.attempts ?? 4) - 1,
      minTimeout: 500,
      maxTimeout: 4_000,
      shouldRetry: ({ error }) => error instanceof Unreachable || (error instanceof HttpError && isPassing(error)),
    });
  }

  /** Like `send`, but what does not exist is `undefined`. */
  async find(path: string): Promise<unknown> {
    try {
      return await this.send("GET", path);
    } catch (error) {
      if (error instanceof HttpError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Deletes; what does not exist is deleted already. */
  async remove(path: string): Promise<void> {
    try {
      await this.send("DELETE", path);
    } catch (error) {
      if (!(error instanceof HttpError && error.status === 404)) throw error;
    }
  }

  async #once(method: Dispatcher.HttpMethod, path: string, body: unknown): Promise<unknown> {
    const { server, address, headers, message } = this.options;
    const url = new URL(path, address);
    let status: number;
    let text: string;
    try {
      const response = await request(url, {
        method,
        dispatcher: this.#agent,
        headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
        body: body === undefined ? null : JSON.stringify(body),
      });
      status = response.statusCode;
      text = await response.body.text();
    } catch (error) {
      const { code, message: reason } = error as NodeJS.ErrnoException;
      if (isTls(code))
        throw new Error(`${server} at ${address}: its certificate is not trusted (${code}): ${reason}`, {
          cause: error,
        });
      throw new Unreachable(`${server} is unreachable at ${address}: ${reason || code}`, { cause: error });
    }
    const answer = parse(text);
    if (status < 400) return answer;
    throw new HttpError(`${method} ${url.origin}${url.pathname}`, status, message(answer) || "(no message)");
  }
}

class Unreachable extends Error {}

/** Too busy or starting up: a moment later it may do. */
function isPassing(error: HttpError): boolean {
  return [429, 502, 503, 504].includes(error.status) && !/sealed/i.test(error.reason);
}

function isTls(code: string | undefined): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL/.test(code ?? "");
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
