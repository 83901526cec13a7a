import { join } from "node:path";
import { connect } from "../landscape/kubernetes/client.ts";
import { listen } from "./listen.ts";
import { elasticsearchName, defaultNamespace as namespace, ports } from "../../lib/names.ts";
import { ownLoopback } from "./loopback.ts";

/** What programs of the stack ask on this machine, by the names that pods use. */
const services = [
  { namespace: "vault", service: "vault", port: 8200 },
  { namespace, service: elasticsearchName, port: ports.elasticsearch },
] as const;

/** Ways from this machine to the Services that the stack's programs ask. */
export interface Tunnels extends AsyncDisposable {
  /** What a program's environment needs so that it takes them. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Opens them, on a loopback address of this process's own: two processes at once, or a Vault of the user's own on the same
 * port, do not meet.
 *
 * @throws if there is no cluster
 */
export async function openTunnels(): Promise<Tunnels> {
  const { config } = connect();
  const host = ownLoopback(process.pid);
  await using stack = new AsyncDisposableStack();
  for (const target of services) {
    stack.use(
      await listen(config, { target }, (text) => console.warn(`warning: ${text}`), { host, port: target.port }),
    );
  }
  const opened = stack.move();
  const hook = `--import ${join(import.meta.dirname, "service-names.mjs")}`;
  return {
    env: {
      ORDER_TRACING_SERVICES: host,
      NODE_OPTIONS: [process.env["NODE_OPTIONS"], hook].filter(Boolean).join(" "),
      // A proxy of the user's does not know these names.
      no_proxy: [process.env["no_proxy"] ?? process.env["NO_PROXY"], ".svc"].filter(Boolean).join(","),
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
