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
export async function forward(kubeconfig: string, namespace: string, name: string): Promise<Forward> {
  const target = ["--kubeconfig", kubeconfig, "--namespace", namespace, "port-forward", `service/${name}`, ":8080"];
  // `cleanup` ends kubectl with us; without `reject: false` its end would be an unhandled rejection.
  const kubectl = execa(binary("kubectl"), [...target, "--address", "127.0.0.1"], {
    stdin: "ignore",
    reject: false,
    cleanup: true,
    forceKillAfterDelay: 2000,
  });
  const close = async () => {
    kubectl.kill();
    await kubectl;
  };
  for await (const line of kubectl.iterable({ preserveNewlines: false })) {
    const port = /^Forwarding from 127\.0\.0\.1:(\d+) /.exec(line)?.[1];
    if (!port) continue;
    return { url: `http://127.0.0.1:${port}`, close };
  }
  const { stderr, shortMessage } = await kubectl;
  throw new Error(`no way to ${namespace}/${name}: ${stderr || shortMessage || "kubectl ended"}`);
}
