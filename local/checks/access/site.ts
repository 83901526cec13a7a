import { readFile } from "node:fs/promises";
import type { Duplex } from "node:stream";
import { readStack } from "../../../config/stack-file.ts";
import { vaultPaths } from "../../../components/vault/paths.ts";
import { readCredentials } from "../../landscape/identity/credentials.ts";
import * as ingress from "../../landscape/ingress/settings.ts";
import { vaultClient } from "../../landscape/vault/client.ts";
import { corporateCa } from "../../paths.ts";
import { dial } from "../../tunnels/company-network.ts";
import { wayTo } from "../../tunnels/way.ts";
import { openVpn } from "../../tunnels/vpn-listeners.ts";

/** What the check is done to, as far as it is not the same everywhere. */
export interface Site extends AsyncDisposable {
  /** PEM of the company's CA. */
  readonly ca: string;
  /** Where Chromium finds the company's hosts. */
  readonly resolverRules: readonly string[];
  /** By account. */
  readonly passwords: Readonly<Record<string, string>>;
  /**
   * A connection to a host of the company's network.
   *
   * @param client what the load balancer says; `undefined`: it says nothing
   */
  dial(host: string, port: number, client: string | undefined): Promise<Duplex>;
  /** What the proxy of a view signs its cookies with. */
  cookieSecret(view: string): Promise<string>;
}

/** The local environment. */
export async function localSite(): Promise<Site> {
  const { settings } = readStack("local");
  const paths = vaultPaths({ stack: "local", settings });
  const vpn = await openVpn(ingress.vpnClient);
  return {
    ca: await readFile(corporateCa, "utf8"),
    resolverRules: vpn.resolverRules,
    passwords: (await readCredentials()).passwords,
    dial(host, port, client) {
      const way = wayTo(host, port, client);
      return dial(client === undefined ? { target: way.target } : way);
    },
    async cookieSecret(view) {
      const vault = await vaultClient();
      const { data } = await vault.read<{ data: { data: { secret: string } } }>(paths.kv(`cookie-${view}`));
      return data.data.secret;
    },
    [Symbol.asyncDispose]: () => vpn[Symbol.asyncDispose](),
  };
}
