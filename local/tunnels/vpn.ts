/**
 * The company's VPN, as far as the local environment has one: `node local/tunnels/vpn.ts <host> <port>` joins standard input
 * and output to a host, as ssh's ProxyCommand does; `npm run local:vpn` listens for a browser.
 */
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { Command } from "commander";
import * as identity from "../landscape/identity/settings.ts";
import * as ingress from "../landscape/ingress/settings.ts";
import { corporateCa } from "../paths.ts";
import { dial } from "./company-network.ts";
import { viewHosts, wayTo } from "./way.ts";
import { addresses, openVpn } from "./vpn-listeners.ts";

const client = ["--client <address>", "address that the company's load balancer reports", ingress.vpnClient] as const;

interface Options {
  readonly client: string;
}

async function join(host: string, port: string, options: Options): Promise<void> {
  const stream = await dial(wayTo(host, Number(port), options.client));
  process.stdin.pipe(stream);
  await pipeline(stream, process.stdout);
  // Standard input may stay open for ever, and nobody is left to tell.
  process.exit();
}

async function serve(options: Options): Promise<void> {
  await using vpn = await openVpn(options.client, ingress.port);
  console.log(
    [
      `You are in the VPN as ${options.client} until Ctrl-C:`,
      ...viewHosts.map((host) => `  https://${host}:${ingress.port}`),
      `Certificates are of ${corporateCa}. A browser finds the hosts with`,
      `  chromium --host-resolver-rules="${vpn.resolverRules.join(", ")}"`,
      "or by these lines in /etc/hosts:",
      `  ${addresses.views} ${viewHosts.join(" ")}`,
      `  ${addresses.login} ${identity.host}`,
    ].join("\n"),
  );
  await Promise.race(["SIGINT", "SIGTERM"].map((signal) => once(process, signal)));
}

const program = new Command("vpn").description("Ways to the hosts of the local company, as from its VPN.");
program
  .command("join <host> <port>", { isDefault: true })
  .description("joins standard input and output to a host")
  .option(...client)
  .action(join);
program
  .command("listen")
  .description(`listens on port ${ingress.port} of ${addresses.views} and ${addresses.login}, for a browser`)
  .option(...client)
  .action(serve);
try {
  await program.parseAsync();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
