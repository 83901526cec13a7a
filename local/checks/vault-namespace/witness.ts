import type { Gate } from "./front.ts";

const header = "x-vault-namespace";

/** How often somebody asked. */
export interface Count {
  /** In the right namespace. */
  right: number;
  /** In another, or in none: method, path and namespace of each. */
  readonly wrong: string[];
}

/** Writes down who asks in which namespace of Vault, and lets nobody through who asks in another. */
export class Witness {
  /** By who asked. */
  readonly seen = new Map<string, Count>();
  readonly #namespace: string;
  #who = "nobody";

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** All that is asked until it ends is asked by that one. */
  async during<T>(who: string, work: () => Promise<T>): Promise<T> {
    this.#who = who;
    this.seen.set(who, { right: 0, wrong: [] });
    try {
      return await work();
    } finally {
      this.#who = "nobody";
    }
  }

  /** As the edition of Vault with namespaces: a path of one is not there in another. The other edition knows no such header. */
  readonly gate: Gate = (request) => {
    const given = request.headers[header];
    // There is one of it, in the root, for whoever has no token; agents ask it for the version of the server.
    if (given === undefined && request.url!.startsWith("/v1/sys/health")) return undefined;
    const count = this.seen.get(this.#who) ?? { right: 0, wrong: [] };
    this.seen.set(this.#who, count);
    if (
      given !== undefined &&
      [given]
        .flat()
        .join()
        .replace(/^[/]|[/]$/g, "") === this.#namespace
    ) {
      count.right += 1;
      delete request.headers[header];
      return undefined;
    }
    count.wrong.push(`${request.method} ${request.url} in ${given === undefined ? "no namespace" : String(given)}`);
    return `permission denied: this path is in the namespace ${this.#namespace}`;
  };
}
