import type { Duplex } from "node:stream";
import type { buildConnector } from "undici";
import { portForward } from "../../lib/port-forward.ts";
import { connector, openTls } from "../../lib/tls.ts";
import { connect } from "../landscape/kubernetes/client.ts";
import { open, wayTo, type Way } from "./way.ts";

/** A connection into the company's network, through the API of the cluster that the local environment is in. */
export function dial(way: Way): Promise<Duplex> {
  return open(way, (target) => portForward(connect().config, target));
}

/**
 * A connector for undici: TLS to the host of the URL, over the company's network. The certificate must be for that host.
 *
 * @param ca PEM of the CA that it must come from
 * @param dialHost default: as a client in the VPN
 */
export function companyConnector(
  ca: string,
  dialHost: (host: string, port: number) => Promise<Duplex> = (host, port) => dial(wayTo(host, port)),
): buildConnector.connector {
  return connector(async ({ hostname, port }) => {
    const stream = await dialHost(hostname, Number(port));
    const explain = (cause: Error) => new Error(`No TLS connection to ${hostname}: ${cause.message}`, { cause });
    return openTls(stream, { servername: hostname, ca }, explain);
  });
}
