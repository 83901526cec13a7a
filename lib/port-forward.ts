import { duplexPair, type Duplex, Writable } from "node:stream";
import { ApiException, CoreV1Api, PortForward, type KubeConfig } from "@kubernetes/client-node";
import { AskError } from "./ask-error.ts";

/** Where a stream ends. */
export interface Target {
  readonly namespace: string;
  /** The stream goes to a pod of this Service: a ready one, unless the Service publishes others too. */
  readonly service: string;
  /** Port of the pod. */
  readonly port: number;
}

/**
 * A stream to a pod of a Service, through the cluster's API, as `kubectl port-forward` makes it. It ends when the API
 * server ends it, and ends the connection when it is destroyed.
 *
 * @throws AskError if there is no such pod or no way to it, with what to look at
 */
export async function portForward(kubeConfig: KubeConfig, target: Target): Promise<Duplex> {
  return forward(kubeConfig, target, await reachablePod(kubeConfig, target));
}

interface Closable {
  onclose: (() => void) | null;
  close(): void;
}

async function forward(kubeConfig: KubeConfig, { namespace, port }: Target, pod: string): Promise<Duplex> {
  const [near, far] = duplexPair();
  // The pod may refuse before the caller has begun to listen: without a listener that would end the program.
  near.on("error", () => {});
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

async function reachablePod(kubeConfig: KubeConfig, { namespace, service }: Target): Promise<string> {
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
        !metadata?.deletionTimestamp &&
        (spec?.publishNotReadyAddresses
          ? status?.phase === "Running"
          : status?.conditions?.some((c) => c.type === "Ready" && c.status === "True")),
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
