import type { Duplex } from "node:stream";
import type { KubeConfig, V1ConfigMap, V1Pod } from "@kubernetes/client-node";
import { addedContainers } from "../../components/wiring/plan.ts";
import type { Service } from "../../config/landscape.ts";
import { AskError } from "../../lib/ask-error.ts";
import { isReady } from "../../lib/pods.ts";
import { forwardToPod } from "../../lib/port-forward.ts";
import type { Answer } from "./answer.ts";

/** What is known of a service before its ports are looked at. */
interface Known {
  pods: readonly V1Pod[];
  /** Of an agent that is there already. */
  ownConfig?: V1ConfigMap | undefined;
}

/** Pods that are looked at: all are made from one template, but not all do the same. */
const most = 3;
/** Milliseconds for all of them. */
const longestMs = 5_000;
/** Milliseconds that a port may answer later than the one on which nothing listens. */
const slackMs = 1_000;
/** Nothing listens here: how long a refusal takes is measured at it. */
const nobodysPort = 1;

/**
 * Asks the running pods which of the agent's ports are taken on their localhost, by connecting and sending nothing, as a
 * `tcpSocket` probe does. Not in the pod's spec: an application need not say where it listens.
 *
 * containerd and CRI-O connect inside of the pod's network (on the host's network: the node's) to 127.0.0.1, and to ::1 if
 * that refuses. The agent listens on 127.0.0.1, so an application on ::1 alone is taken for one in its way: other ports for
 * the agent do no harm there. What listens on the pod's address alone is not in its way, and not seen. In a virtual machine
 * of its own (Kata) nothing is seen: there the rollout still takes the patch back.
 *
 * @returns the ports that are taken; unread if no pod could be asked, with the reason.
 */
export async function readTakenPorts(config: KubeConfig, service: Service, known: Known): Promise<Answer<number[]>> {
  const running = known.pods.filter(
    ({ metadata, status }) => !metadata?.deletionTimestamp && status?.phase === "Running",
  );
  if (running.length === 0) return { state: "unread", reason: "no pod of it runs" };
  const unwired = running.filter((pod) => !hasAgent(pod));
  const [pods, held] = unwired.length > 0 ? [unwired, []] : [running, portsOf(known.ownConfig)];
  const ports = Object.values(service.wiring.agentPorts).filter((port) => !held.includes(port));
  if (ports.length === 0) return { state: "read", value: [] };
  const chosen = pods.sort((a, b) => Number(isReady(b)) - Number(isReady(a))).slice(0, most);
  const asked = await Promise.allSettled(
    chosen.map((pod) => takenIn(config, service.namespace, pod.metadata!.name!, ports)),
  );
  // One that went away meanwhile does not matter: others of the same template have answered.
  const taken = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const [failed] = asked.flatMap((one) => (one.status === "rejected" ? [one.reason as Error] : []));
  if (taken.length === 0 && failed) {
    const mayNot = failed instanceof AskError && failed.mayNot;
    return { state: "unread", reason: failed.message, ...(mayNot && { mayNot }) };
  }
  return { state: "read", value: [...new Set(taken.flat())].sort((a, b) => a - b) };
}

function hasAgent({ spec }: V1Pod): boolean {
  return (spec?.initContainers ?? []).some(({ name }) => name === addedContainers.agent);
}

/** Where the agent that is there listens. */
function portsOf(config: V1ConfigMap | undefined): number[] {
  return [...(config?.data?.["config.yaml"] ?? "").matchAll(/endpoint: "?127\.0\.0\.1:(\d+)/g)].map(([, port]) =>
    Number(port),
  );
}

/** @throws if the pod cannot be asked. */
async function takenIn(
  config: KubeConfig,
  namespace: string,
  pod: string,
  ports: readonly number[],
): Promise<number[]> {
  const streams: Duplex[] = [];
  const over = AbortSignal.timeout(longestMs);
  const tooLate = new Promise<never>((_, reject) => {
    const late = () => reject(new Error(`pod ${namespace}/${pod} gave no answer within ${longestMs / 1000} s`));
    over.addEventListener("abort", late, { once: true });
  });
  tooLate.catch(() => undefined);
  let closed = false;
  const open = async (port: number) => {
    const stream = await forwardToPod(config, { namespace, port }, pod);
    streams.push(stream);
    if (closed) stream.destroy();
    return { port, answer: answerOf(stream) };
  };
  const ask = async () => {
    const asked = await Promise.all(ports.map(open));
    // Begun last: each of the others has had as long when this one is refused.
    const nobodys = await open(nobodysPort);
    if ((await nobodys.answer) === "taken")
      throw new Error(`pod ${namespace}/${pod} takes every connection, also one to port ${nobodysPort}`);
    // A connection that was made is silent: it is known by the refusal that does not come.
    const silence = new Promise<"taken">((resolve) => setTimeout(resolve, slackMs, "taken"));
    const answers = asked.map(async ({ port, answer }) => ({ port, is: await Promise.race([answer, silence]) }));
    return (await Promise.all(answers)).flatMap(({ port, is }) => (is === "taken" ? [port] : []));
  };
  try {
    return await Promise.race([ask(), tooLate]);
  } finally {
    closed = true;
    for (const stream of streams) stream.destroy();
  }
}

/** @throws if the stream ends for another reason than that nobody listens. */
function answerOf(stream: Duplex): Promise<"taken" | "free"> {
  const answer = new Promise<"taken" | "free">((resolve, reject) => {
    const judge = (error: Error) => (/connection refused/i.test(error.message) ? resolve("free") : reject(error));
    if (stream.errored) judge(stream.errored);
    stream
      .once("error", judge)
      .once("data", () => resolve("taken"))
      .once("end", () => reject(new Error("the tunnel to the pod ended without a word")));
  });
  answer.catch(() => undefined);
  return answer;
}
