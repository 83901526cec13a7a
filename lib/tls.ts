import { once } from "node:events";
import type { Duplex } from "node:stream";
import { connect, type TLSSocket } from "node:tls";
import type { buildConnector } from "undici";

/** Who must be at the other end. */
export interface TlsPeer {
  /** Name that its certificate must be for. */
  readonly servername: string;
  /** PEM of the CA that the certificate must come from. */
  readonly ca: string;
  /** Longest time that the handshake may take, milliseconds. Default 15000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * TLS over a stream, whatever carries it. If it fails, nothing of it stays open.
 *
 * @param explain makes of TLS's error what is thrown. The stream is still as it was: who carries it may know more.
 */
export async function openTls(
  stream: Duplex,
  { servername, ca, timeoutMs = 15_000 }: TlsPeer,
  explain: (error: NodeJS.ErrnoException) => Error | Promise<Error>,
): Promise<TLSSocket> {
  const signal = AbortSignal.timeout(timeoutMs);
  const socket = connect({ socket: stream, servername, ca, ALPNProtocols: ["http/1.1"] });
  // It may fail once more while it is taken down.
  socket.on("error", () => undefined);
  try {
    await once(socket, "secureConnect", { signal });
    return socket;
  } catch (error) {
    const explained = await explain(error as NodeJS.ErrnoException);
    socket.destroy();
    stream.destroy();
    throw explained;
  }
}

/** The other end is not who it must be. */
export function isRefusedCertificate({ code = "", message }: NodeJS.ErrnoException): boolean {
  return code.startsWith("ERR_TLS") || /certificate|_CERT|CERT_|ISSUER/i.test(`${code} ${message}`);
}

/** A connector for undici. */
export function connector(open: (options: buildConnector.Options) => Promise<TLSSocket>): buildConnector.connector {
  return (options, callback) => {
    open(options).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error as Error, null),
    );
  };
}
