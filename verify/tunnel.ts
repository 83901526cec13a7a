import { once } from "node:events";
import { duplexPair, type Duplex, Writable } from "node:stream";
import { connect, type TLSSocket } from "node:tls";
import { ApiException, CoreV1Api, PortForward, type KubeConfig } from "@kubernetes/client-node";
import type { buildConnector } from "undici";
import { AskError } from "./ask-error.ts";

/** Where a tunnel ends. */
export interface Target {
  namespace: string;
  /** The tunnel goes to a ready pod of this Service; the certificate must be for `<service>.<namespace>.svc`. */
  service: string;
  /** Port of the pod. */
  port: number;
  /** PEM of the CA that the certificate must come from. */
  ca: string;
  /** Longest time that opening it may take, milliseconds. Default 15000. */
  timeoutMs?: number;
}

/**
 * A connector for undici that goes through the cluster's API, as `kubectl port-forward` does, but without a listening
 * port or a child process: nothing can be left behind, and nobody else on the machine can use it.
 */
export function tunnelConnector(kubeConfig: KubeConfig, target: Target): buildConnector.connector {
  return (_options, callback) => {
    openTunnel(kubeConfig, target).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error as Error, null),
    );
  };
}

async function openTunnel(kubeConfig: KubeConfig, target: Target): Promise<TLSSocket> {
  const signal = AbortSignal.timeout(target.timeoutMs ?? 15_000);
  const servername = `${target.service}.${target.namespace}.svc`;
  const pod = await readyPod(kubeConfig, target);
  const stream = await forward(kubeConfig, target, pod);
  const socket = connect({ socket: stream, servername, ca: target.ca, ALPNProtocols: ["http/1.1"] });
  try {
    await once(socket, "secureConnect", { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    stream.destroy();
    throw explainTls(error as NodeJS.ErrnoException, servername, pod);
  }
}

interface Closable {
  onclose: (() => void) | null;
  close(): void;
}

/** A stream to a port of a pod. Ends when the API server ends it; ends the connection when it is destroyed. */
async function forward(kubeConfig: KubeConfig, { namespace, port }: Target, pod: string): Promise<Duplex> {
  const [near, far] = duplexPair();
  const errors = new Writable({
    write(chunk: Buffer, _encoding, done) {
      // Port-forward's own error channel: the pod refused the connection, or ended it. It begins with an empty message.
      if (chunk.length > 0) {
        near.destroy(new AskError(`Pod ${namespace}/${pod}, port ${port}: ${chunk.toString()}`, { transient: true }));
      }
      done();
    },
  });
  try {
    // The library types its result by a package without types of its own.
    const socket = (await new PortForward(kubeConfig).portForward(
      namespace,
      pod,
      [port],
      far,
      errors,
      far,
    )) as Closable;
    socket.onclose = () => far.end();
    near.once("close", () => socket.close());
    return near;
  } catch (error) {
    const { message } = error as Error;
    const forbidden = /\b40[13]\b/.test(message);
    throw new AskError(
      `No tunnel to pod ${namespace}/${pod}: ${message}. ` +
        (forbidden
          ? `The kubeconfig's user needs the verbs create and get on pods/portforward in namespace ${namespace}.`
          : `Is the API server's connection to the node all right? Try: kubectl -n ${namespace} port-forward ${pod} :${port}`),
      { transient: !forbidden, cause: error },
    );
  }
}

async function readyPod(kubeConfig: KubeConfig, { namespace, service }: Target): Promise<string> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  try {
    const { spec } = await api.readNamespacedService({ name: service, namespace });
    const labelSelector = Object.entries(spec?.selector ?? {})
      .map(([label, value]) => `${label}=${value}`)
      .join(",");
    if (!labelSelector) throw new AskError(`Service ${namespace}/${service} selects no pods: it has no selector.`);
    const { items } = await api.listNamespacedPod({ namespace, labelSelector });
    const ready = items.find(
      ({ metadata, status }) =>
        !metadata?.deletionTimestamp && status?.conditions?.some((c) => c.type === "Ready" && c.status === "True"),
    );
    if (ready?.metadata?.name) return ready.metadata.name;
    const states = items.map(({ metadata, status }) => `${metadata?.name} is ${status?.phase}`).join(", ");
    throw new AskError(
      `No pod of Service ${namespace}/${service} is ready (${states || "there is none"}). ` +
        `See: kubectl -n ${namespace} describe pods -l ${labelSelector}`,
      { transient: true },
    );
  } catch (error) {
    throw explainApi(error, namespace, service, kubeConfig.getCurrentCluster()?.server);
  }
}

function explainApi(error: unknown, namespace: string, service: string, server = "unknown"): Error {
  if (error instanceof AskError) return error;
  const code = error instanceof ApiException ? error.code : undefined;
  if (code === 404) {
    return new AskError(
      `There is no Service ${namespace}/${service} in the cluster at ${server}. ` +
        "Is this the right cluster (cluster.context in the stack settings, KUBECONFIG), and has `pulumi up` run?",
      { transient: true, cause: error },
    );
  }
  if (code === 401 || code === 403) {
    return new AskError(
      `The cluster at ${server} refused the kubeconfig's user (${code}). It needs, in namespace ${namespace}: ` +
        "get on services, list on pods, create and get on pods/portforward.",
      { cause: error },
    );
  }
  const { message, cause } = error as Error & { cause?: Error };
  return new AskError(
    `The API server ${server} did not answer: ${cause?.message ?? message}. Is the cluster up, and is the VPN on?`,
    { transient: true, cause: error },
  );
}

function explainTls(error: NodeJS.ErrnoException, servername: string, pod: string): Error {
  if (error instanceof AskError) return error;
  if (error.code?.startsWith("ERR_TLS") || /certificate|_CERT|CERT_|ISSUER/i.test(`${error.code} ${error.message}`)) {
    return new AskError(
      `The certificate that pod ${pod} showed for ${servername} was refused: ${error.message}. ` +
        "It must come from the CA in vault.caFile of the stack settings.",
      { cause: error },
    );
  }
  return new AskError(`No TLS connection to ${servername} in pod ${pod}: ${error.message}`, {
    transient: true,
    cause: error,
  });
}
