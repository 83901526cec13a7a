import type { KubeConfig } from "@kubernetes/client-node";
import type { buildConnector } from "undici";
import { AskError } from "./ask-error.ts";
import { portForward, type Target } from "./port-forward.ts";
import { connector, isRefusedCertificate, openTls, type TlsPeer } from "./tls.ts";

/** Where a tunnel ends: the certificate must be for `<service>.<namespace>.svc`. */
export interface TlsTarget extends Target, Omit<TlsPeer, "servername"> {}

/**
 * A connector for undici that goes through the cluster's API, as `kubectl port-forward` does, but without a listening
 * port or a child process: nothing can be left behind, and nobody else on the machine can use it.
 */
export function tunnelConnector(kubeConfig: KubeConfig, target: TlsTarget): buildConnector.connector {
  const servername = `${target.service}.${target.namespace}.svc`;
  return connector(async () => {
    const stream = await portForward(kubeConfig, target);
    return openTls(stream, { ...target, servername }, (error) => explainTls(error, servername));
  });
}

function explainTls(error: NodeJS.ErrnoException, servername: string): Error {
  if (error instanceof AskError) return error;
  if (isRefusedCertificate(error)) {
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
