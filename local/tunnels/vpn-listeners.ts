import * as identity from "../landscape/identity/settings.ts";
import * as ingress from "../landscape/ingress/settings.ts";
import { connect } from "../landscape/kubernetes/client.ts";
import { viewHosts, wayTo } from "./way.ts";
import { listen } from "./listen.ts";

/** Loopback addresses: two, because views and sign-in are on the same port. */
export const addresses = { views: "127.0.0.1", login: "127.0.0.2" } as const;

/** The company's hosts on loopback. */
export interface Listeners extends AsyncDisposable {
  /** For Chromium's `--host-resolver-rules`. */
  readonly resolverRules: readonly string[];
}

/**
 * Listens for a browser, for all views and for the sign-in.
 *
 * @param client address that the company's load balancer reports
 * @param port of both. Default: any that are free
 * @throws if there is no cluster, or a port is taken
 */
export async function openVpn(client: string, port?: number): Promise<Listeners> {
  const { config } = connect();
  const warn = (text: string): void => console.error(`warning: ${text}`);
  const views = wayTo(viewHosts[0]!, ingress.port, client);
  await using stack = new AsyncDisposableStack();
  const ports = {
    views: stack.use(await listen(config, views, warn, at(addresses.views, port))).port,
    login: stack.use(await listen(config, wayTo(identity.host, identity.port), warn, at(addresses.login, port))).port,
  };
  const opened = stack.move();
  return {
    resolverRules: [
      `MAP *.${ingress.zone} ${addresses.views}:${ports.views}`,
      `MAP ${identity.host} ${addresses.login}:${ports.login}`,
    ],
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function at(host: string, port: number | undefined): { host: string; port?: number } {
  return port === undefined ? { host } : { host, port };
}
