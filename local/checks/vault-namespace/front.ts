import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { KeyPairFiles } from "../../cluster/pki.ts";
import { atEnd, freePort } from "../collector/process.ts";

/** What a server is asked: whether it goes on to the one behind, or why not. Headers may be changed. */
export type Gate = (request: IncomingMessage) => string | undefined;

/**
 * A server with TLS on the loopback, before one without. It ends with the check.
 *
 * @param behind port of the other.
 * @param gate default: all goes on.
 * @returns its address.
 */
export async function startFront(
  certificate: KeyPairFiles,
  behind: number,
  gate: Gate = () => undefined,
): Promise<string> {
  const [key, cert] = await Promise.all([readFile(certificate.key), readFile(certificate.certificate)]);
  const server = createServer({ key, cert }, (request, response) => {
    const refusal = gate(request);
    if (refusal === undefined) return passOn(request, response, behind);
    request.resume();
    response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify({ errors: [refusal] }));
  });
  const port = await freePort();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  atEnd(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return `https://127.0.0.1:${port}`;
}

function passOn(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url, headers } = request;
  const onward = ask({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", (error) => response.destroy(error));
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}
