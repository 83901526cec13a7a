import { duplexPair, type Duplex, Writable } from "node:stream";
import {
  ApiException,
  CoreV1Api,
  KubernetesObjectApi,
  PortForward,
  type KubeConfig,
  type KubernetesObject,
  type V1Pod,
} from "@kubernetes/client-node";
import { AskError } from "./ask-error.ts";
import { isReady, labelSelector } from "./pods.ts";

interface Place {
  readonly namespace: string;
  /** Port of the pod. */
  readonly port: number;
}

/** Where a stream ends: in a pod of this Service, a ready one unless the Service publishes others too. */
export interface Target extends Place {
  readonly service: string;
}

/** Where a stream ends: in a ready pod of this workload. Not every back end has a Service. */
interface WorkloadTarget extends Place {
  readonly kind: "Deployment" | "StatefulSet" | "DaemonSet";
  readonly name: string;
}

/**
 * A stream to a pod of a Service or workload, through the cluster's API, as `kubectl port-forward` makes it. It ends when the
 * API server ends it, and ends the connection when it is destroyed.
 *
 * @throws AskError if there is no such pod or no way to it, with what to look at
 */
export async function portForward(kubeConfig: KubeConfig, target: AnyTarget): Promise<Duplex> {
  return forwardToPod(kubeConfig, target, await reachablePod(kubeConfig, target));
}

interface Closable {
  onclose: (() => void) | null;
  close(): void;
}

/**
 * A stream to this very pod. The API server answers before the pod does: that nothing listens there, ends it with an error.
 *
 * @throws AskError if there is no way to it, or the run has no right to one.
 */
export async function forwardToPod(kubeConfig: KubeConfig, { namespace, port }: Place, pod: string): Promise<Duplex> {
  const [near, far] = duplexPair();
  // A refusal can come with the answer that opens the tunnel, before anybody has the stream to listen. It stays in `errored`.
  near.on("error", () => undefined);
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
      { transient: !forbidden, mayNot: forbidden, cause: error },
    );
  }
}

type AnyTarget = Target | WorkloadTarget;

const nameOf = (target: AnyTarget) =>
  "service" in target
    ? `Service ${target.namespace}/${target.service}`
    : `${target.kind} ${target.namespace}/${target.name}`;

async function reachablePod(kubeConfig: KubeConfig, target: AnyTarget): Promise<string> {
  const { namespace } = target;
  try {
    const { labels, reachable } = await selectionOf(kubeConfig, target);
    const selector = labelSelector(labels);
    if (!selector) throw new AskError(`${nameOf(target)} selects no pods: it has no selector.`);
    const { items } = await kubeConfig
      .makeApiClient(CoreV1Api)
      .listNamespacedPod({ namespace, labelSelector: selector });
    const ready = items.find((pod) => !pod.metadata?.deletionTimestamp && reachable(pod));
    if (ready?.metadata?.name) return ready.metadata.name;
    const states = items.map(({ metadata, status }) => `${metadata?.name} is ${status?.phase}`).join(", ");
    throw new AskError(
      `No pod of ${nameOf(target)} is ready (${states || "there is none"}). ` +
        `See: kubectl -n ${namespace} describe pods -l ${selector}`,
      { transient: true },
    );
  } catch (error) {
    throw explainApi(error, target, kubeConfig.getCurrentCluster()?.server);
  }
}

interface Selection {
  labels: Record<string, string>;
  reachable: (pod: V1Pod) => boolean;
}

interface Selecting extends KubernetesObject {
  spec?: { selector: { matchLabels?: Record<string, string> } };
}

async function selectionOf(kubeConfig: KubeConfig, target: AnyTarget): Promise<Selection> {
  const { namespace } = target;
  if ("kind" in target) {
    const { kind, name } = target;
    const api = KubernetesObjectApi.makeApiClient(kubeConfig);
    const { spec } = await api.read<Selecting>({ apiVersion: "apps/v1", kind, metadata: { name, namespace } });
    return { labels: spec?.selector.matchLabels ?? {}, reachable: isReady };
  }
  const { spec } = await kubeConfig.makeApiClient(CoreV1Api).readNamespacedService({ name: target.service, namespace });
  const reachable = spec?.publishNotReadyAddresses ? ({ status }: V1Pod) => status?.phase === "Running" : isReady;
  return { labels: spec?.selector ?? {}, reachable };
}

function explainApi(error: unknown, target: AnyTarget, server = "unknown"): Error {
  if (error instanceof AskError) return error;
  const code = error instanceof ApiException ? error.code : undefined;
  if (code === 404) {
    return new AskError(
      `There is no ${nameOf(target)} in the cluster at ${server}. ` +
        "Is this the right cluster (cluster.context in the stack settings, KUBECONFIG), and has `pulumi up` run?",
      { transient: true, cause: error },
    );
  }
  if (code === 401 || code === 403) {
    return new AskError(
      `The cluster at ${server} refused the kubeconfig's user (${code}). It needs, in namespace ${target.namespace}: ` +
        `get on ${"service" in target ? "services" : `${target.kind.toLowerCase()}s`}, list on pods, create and get on pods/portforward.`,
      { cause: error },
    );
  }
  const { message, cause } = error as Error & { cause?: Error };
  return new AskError(
    `The API server ${server} did not answer: ${cause?.message ?? message}. Is the cluster up, and is the VPN on?`,
    { transient: true, cause: error },
  );
}
