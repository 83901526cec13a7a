import { createInterface } from "node:readline";
import { execa } from "execa";
import { binary } from "../../toolchain/index.ts";

/** A way to a Service of the cluster. */
export interface Forward {
  /** On the loopback address. */
  readonly url: string;
  /** Ends kubectl. */
  close(): Promise<void>;
}

/**
 * Forwards a free port of the loopback address to port 8080 of a Service: it works the same for our cluster and for
 * somebody's own, and needs neither routes nor an ingress.
 *
 * @throws with what kubectl said if it ends before it forwards
 */
export async function forward(
  kubeconfig: string,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<Forward> {
  const target = ["--kubeconfig", kubeconfig, "--namespace", namespace, "port-forward", `service/${name}`, ":8080"];
  // `cleanup` ends kubectl with us; without `reject: false` its end would be an unhandled rejection.
  const kubectl = execa(binary("kubectl"), [...target, "--address", "127.0.0.1"], {
    stdin: "ignore",
    reject: false,
    cleanup: true,
    cancelSignal: signal,
    forceKillAfterDelay: 2000,
  });
  const close = async () => {
    kubectl.kill();
    await kubectl;
  };
  // Not execa's own iterator: leaving that one waits for the end of kubectl.
  for await (const line of createInterface(kubectl.stdout)) {
    const port = /^Forwarding from 127\.0\.0\.1:(\d+) /.exec(line)?.[1];
    if (!port) continue;
    return { url: `http://127.0.0.1:${port}`, close };
  }
  const { stderr, shortMessage } = await kubectl;
  signal.throwIfAborted();
  throw new Error(`no way to ${namespace}/${name}: ${stderr || shortMessage || "kubectl ended"}`);
}
