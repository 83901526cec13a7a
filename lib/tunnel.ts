import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import type { KubeConfig } from "@kubernetes/client-node";
import type { buildConnector } from "undici";
import { AskError } from "./ask-error.ts";
import { portForward, type Target } from "./port-forward.ts";

/** Where a tunnel ends: the certificate must be for `<service>.<namespace>.svc`. */
export interface TlsTarget extends Target {
  /** PEM of the CA that the certificate must come from. */
  readonly ca: string;
  /** Longest time that opening it may take, milliseconds. Default 15000. */
  readonly timeoutMs?: number;
}

/**
 * A connector for undici that goes through the cluster's API, as `kubectl port-forward` does, but without a listening
 * port or a child process: nothing can be left behind, and nobody else on the machine can use it.
 */
export function tunnelConnector(kubeConfig: KubeConfig, target: TlsTarget): buildConnector.connector {
  return (_options, callback) => {
    openTunnel(kubeConfig, target).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error as Error, null),
    );
  };
}

async function openTunnel(kubeConfig: KubeConfig, target: TlsTarget): Promise<TLSSocket> {
  const signal = AbortSignal.timeout(target.timeoutMs ?? 15_000);
  const servername = `${target.service}.${target.namespace}.svc`;
  const stream = await portForward(kubeConfig, target);
  const socket = connect({ socket: stream, servername, ca: target.ca, ALPNProtocols: ["http/1.1"] });
  try {
    await once(socket, "secureConnect", { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    stream.destroy();
    throw explainTls(error as NodeJS.ErrnoException, servername);
  }
}

function explainTls(error: NodeJS.ErrnoException, servername: string): Error {
  if (error instanceof AskError) return error;
  if (error.code?.startsWith("ERR_TLS") || /certificate|_CERT|CERT_|ISSUER/i.test(`${error.code} ${error.message}`)) {
    return new AskError(
      `The certificate of ${servername} was refused: ${error.message}. ` +
        "It must come from the CA in vault.caFile of the stack settings.",
      { cause: error },
    );
  }
  return new AskError(`No TLS connection to ${servername}: ${error.message}`, {
    transient: true,
    cause: error,
  });
}
