import { isNativeError } from "node:util/types";
import { z } from "zod";
import { untilItWorks, waitFor } from "../../wait.ts";

const order = z.object({ id: z.uuid(), status: z.string() });
/** What the driver reads of an order; all three applications answer so. */
export type OrderView = z.infer<typeof order>;

/** A step that ended otherwise than it had to. */
export class StepFailed extends Error {
  override name = "StepFailed";
}

/** What a call sends. */
export interface Call {
  readonly json?: unknown;
  readonly file?: Uint8Array<ArrayBuffer>;
  /** The HTTP status that it must have. Default: any 2xx. */
  readonly status?: number;
}

const requestMilliseconds = 20_000;

/** One of the applications, as its front end in the browser calls it. */
export class Application {
  readonly name: string;
  readonly #base: URL;
  readonly #signal: AbortSignal;

  constructor(name: string, base: string, signal: AbortSignal) {
    this.name = name;
    this.#base = new URL(base);
    this.#signal = signal;
  }

  /** @throws StepFailed with method, path, status and answer if the status is not the expected one. */
  async call(method: "GET" | "POST" | "PUT", path: string, { json, file, status }: Call = {}): Promise<unknown> {
    const what = `${method} ${path} of ${this.name}`;
    const contentType = json ? "application/json" : file && "model/stl";
    const response = await fetch(new URL(path, this.#base), {
      method,
      headers: contentType ? { "content-type": contentType } : {},
      body: json ? JSON.stringify(json) : (file ?? null),
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(requestMilliseconds)]),
    }).catch((error: unknown) => {
      this.#signal.throwIfAborted();
      throw new StepFailed(`${what} at ${this.#base.host}: ${reason(error)}`, { cause: error });
    });
    const answer = await response.text();
    if (status ? response.status !== status : !response.ok) {
      throw new StepFailed(`${what}: ${response.status} instead of ${status ?? "2xx"}: ${answer.slice(0, 300)}`);
    }
    return answer === "" ? undefined : JSON.parse(answer);
  }

  async order(id: string): Promise<OrderView> {
    return order.parse(await this.call("GET", `/orders/${id}`));
  }

  /**
   * Asks for the order till it has one of the statuses.
   *
   * @returns the status, or undefined if it had none of them in time
   */
  async waitFor(id: string, statuses: readonly string[], milliseconds: number): Promise<string | undefined> {
    const look = async () => {
      const { status } = await this.order(id);
      return statuses.includes(status) && status;
    };
    return waitFor(look, { limit: milliseconds, signal: this.#signal });
  }

  /** Waits for the readiness probe to succeed; @throws StepFailed with the last reason after `milliseconds`. */
  async ready(milliseconds: number): Promise<void> {
    const waiting = { limit: milliseconds, signal: this.#signal };
    await untilItWorks(() => this.call("GET", "/health"), waiting).catch((error: unknown) => {
      this.#signal.throwIfAborted();
      throw new StepFailed(`${this.name} does not get ready: ${reason(error)}`, { cause: error });
    });
  }
}

/** fetch hides the reason in the cause. */
function reason(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  return isNativeError(error.cause) ? error.cause.message || error.message : error.message;
}
