import { readFileSync } from "node:fs";
import { Agent, fetch } from "undici";

/** A connection to Vault's HTTP API. */
export interface VaultApi {
  /**
   * @param path without `/v1/`, for example `sys/mounts`.
   * @returns the answer's JSON, or undefined for one without content.
   * @throws VaultError for every answer that is no success.
   */
  request(method: "GET" | "POST" | "PUT" | "LIST", path: string, body?: unknown): Promise<unknown>;
}

/** An answer of Vault that is no success. The message names address, path, status and Vault's own words. */
export class VaultError extends Error {
  override name = "VaultError";
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

const timeoutMs = 15_000;

/**
 * Connects to Vault, its certificate verified.
 *
 * @param address for example `https://vault.example:8200`.
 * @param caFile PEM file with the CA of Vault's certificate.
 * @param token sent with every request; never written anywhere.
 */
export function vaultApi(address: string, caFile: string, token: string): VaultApi {
  const dispatcher = new Agent({ connect: { ca: readCa(caFile) } });
  return {
    async request(method, path, body) {
      const url = new URL(`/v1/${path}`, address);
      const response = await fetch(url, {
        method,
        dispatcher,
        headers: { "X-Vault-Token": token, "X-Vault-Request": "true" },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      }).catch((error: unknown) => {
        throw new VaultError(`Vault at ${address} cannot be reached: ${reason(error)}`, 0);
      });
      const text = await response.text();
      if (response.ok) return text ? (JSON.parse(text) as unknown) : undefined;
      throw new VaultError(`Vault at ${address}: ${method} ${path}: ${response.status} ${says(text)}`, response.status);
    },
  };
}

function readCa(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new VaultError(`The CA of Vault's certificate (vault.caFile) cannot be read: ${(error as Error).message}`, 0);
  }
}

function reason(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
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
