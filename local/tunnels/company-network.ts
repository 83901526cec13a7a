import { once } from "node:events";
import type { Duplex } from "node:stream";
import { connect as startTls } from "node:tls";
import type { buildConnector } from "undici";
import { portForward } from "../../lib/port-forward.ts";
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
  const openTls = async (host: string, port: number) => {
    const socket = startTls({ socket: await dialHost(host, port), servername: host, ca });
    try {
      await once(socket, "secureConnect", { signal: AbortSignal.timeout(15_000) });
      return socket;
    } catch (error) {
      socket.destroy();
      throw new Error(`No TLS connection to ${host}: ${(error as Error).message}`, { cause: error });
    }
  };
  return ({ hostname, port }, callback) => {
    openTls(hostname, Number(port)).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error as Error, null),
    );
  };
}
