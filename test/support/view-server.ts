import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An HTTPS server on this machine's loopback whose certificate is for one host name, of a CA of its own. */
export class ViewServer {
  readonly directory = mkdtempSync(join(tmpdir(), "order-tracing-view-"));
  readonly caFile = join(this.directory, "ca.crt");
  private readonly server: Server;

  constructor(host: string, answer: RequestListener) {
    const key = join(this.directory, "key.pem");
    const subject = ["-subj", "/CN=test", "-addext", `subjectAltName=DNS:${host}`, "-days", "1"];
    const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    execFileSync("openssl", ["req", "-x509", ...ec, ...subject, "-keyout", key, "-out", this.caFile], {
      stdio: "ignore",
    });
    this.server = createServer({ key: readFileSync(key), cert: readFileSync(this.caFile) }, answer);
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Writes a program for Node.js that a test runs as a command. */
  program(name: string, source: string): string[] {
    const file = join(this.directory, `${name}.cjs`);
    writeFileSync(file, source);
    return [process.execPath, file];
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.directory, { recursive: true });
  }
}

/** A token that says this of its owner. Nobody has signed it: those who read claims for messages do not ask. */
export const tokenOf = (claims: object): string =>
  [{ alg: "none" }, claims, {}].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
