import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { VaultClient, VaultError } from "../../lib/vault-client.ts";

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

/** A server with a certificate of its own, that answers whatever a test wants from Vault and keeps what it was sent. */
export class VaultServer {
  seen!: Seen;
  private answer = { status: 200, body: "" };
  private readonly answers = new Map<string, VaultServer["answer"]>();
  private readonly directory: string;
  private readonly server;
  readonly ca: string;

  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), "order-tracing-vault-"));
    const [key, certificate] = ["key.pem", "ca.crt"].map((name) => join(this.directory, name)) as [string, string];
    const subject = ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "1"];
    const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    execFileSync("openssl", ["req", "-x509", ...ec, ...subject, "-keyout", key, "-out", certificate], {
      stdio: "ignore",
    });
    this.ca = readFileSync(certificate, "utf8");
    this.server = createServer({ key: readFileSync(key), cert: this.ca }, (request, response) => {
      void text(request).then((body) => {
        this.seen = { method: request.method, url: request.url, headers: request.headers, body };
        const { status, body: said } = this.answers.get(request.url ?? "") ?? this.answer;
        response.writeHead(status).end(said);
      });
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.directory, { recursive: true });
  }

  get address(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  client(): VaultClient {
    return new VaultClient({ address: this.address, ca: this.ca, token: "s.token" });
  }

  /** @param path that it says this about. Default: all that nothing else was said about. */
  says(status: number, body: unknown, path?: string): void {
    const answer = { status, body: typeof body === "string" ? body : JSON.stringify(body) };
    if (path === undefined) this.answer = answer;
    else this.answers.set(`/v1/${path}`, answer);
  }
}

/** Why a request failed: it has to. */
export async function errorOf(request: Promise<unknown>): Promise<VaultError> {
  const error: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(VaultError);
  return error as VaultError;
}
