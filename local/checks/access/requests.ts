import { finished } from "node:stream/promises";
import { Agent, request } from "undici";
import { fetchToken } from "../../landscape/identity/client.ts";
import * as ingress from "../../landscape/ingress/settings.ts";
import { companyConnector } from "../../tunnels/company-network.ts";
import { viewUrl } from "./browser.ts";
import { meaning } from "./meaning.ts";
import type { Site } from "./site.ts";

/** What a view answered, or how the way to it ended. */
export interface Answer {
  /** For people and for comparison: `served`, `sign in`, `401`, `403`, `closed before TLS`, … */
  readonly found: string;
  /** Of HTTP, if it came as far as that. */
  readonly status?: number;
}

/** Asked for in most cases: data, and nothing that a placeholder page could stand in for. */
export const dataPath = "/api/v3/services";

/**
 * Asks a view for data, as a program: nothing is followed, nothing remembered.
 *
 * @param options `client`: address that the load balancer reports; `nowhere`: it reports none
 */
export async function askView(
  site: Site,
  view: string,
  {
    client = ingress.vpnClient,
    headers = {},
    path = dataPath,
  }: { client?: string; headers?: Record<string, string>; path?: string } = {},
): Promise<Answer> {
  const connect = companyConnector(site.ca, (host, port) =>
    site.dial(host, port, client === "nowhere" ? undefined : client),
  );
  const dispatcher = new Agent({ connect, headersTimeout: 15_000, bodyTimeout: 15_000 });
  try {
    const { statusCode, headers: found, body } = await request(viewUrl(view, path), { dispatcher, headers });
    return { found: meaning(statusCode, String(found["location"] ?? ""), await body.text()), status: statusCode };
  } catch (error) {
    const { message } = error as Error;
    if (/No TLS connection.*(ECONNRESET|disconnected|socket hang up)/.test(message))
      return { found: "closed before TLS" };
    throw error;
  } finally {
    await dispatcher.destroy();
  }
}

/** The header by which a program of an account says who it is: a fresh token of the company's sign-in. */
export async function bearerOf(site: Site, account: string): Promise<{ authorization: string }> {
  const connect = companyConnector(site.ca, (host, port) => site.dial(host, port, ingress.vpnClient));
  const credentials = { clientSecret: "", passwords: site.passwords };
  return { authorization: `Bearer ${await fetchToken(account, credentials, connect)}` };
}

/** Asks a view for data by plain HTTP, and says what comes back. */
export async function plainHttp(site: Site, view: string, port: number): Promise<Answer> {
  const host = ingress.viewHost(view);
  const stream = await site.dial(host, port, ingress.vpnClient);
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", () => undefined);
  stream.write(`GET ${dataPath} HTTP/1.1\r\nhost: ${host}:${port}\r\nconnection: close\r\n\r\n`);
  // A tunnel keeps its own half open: what counts is the end of the answer.
  await finished(stream, { writable: false, signal: AbortSignal.timeout(20_000) }).catch((error: unknown) => {
    if (chunks.length === 0 && (error as Error).name === "AbortError") throw error;
  });
  stream.destroy();
  const text = Buffer.concat(chunks).toString();
  const [, status] = /^HTTP\/1\.\d (\d+)/.exec(text) ?? [];
  if (text === "") return { found: "closed without an answer" };
  return {
    found:
      status === undefined ? "something else than HTTP" : meaning(Number(status), "", text.split("\r\n\r\n")[1] ?? ""),
  };
}
