import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { portForward } from "../../lib/port-forward.ts";
import { open as openWay, type Way } from "./way.ts";

/** A port of this machine that leads to a Service. */
export interface Tunnel extends AsyncDisposable {
  readonly port: number;
}

/**
 * Listens on a loopback address; every connection goes to a pod of a Service, which need not be there before. It works
 * the same for our cluster and for somebody's own: neither routes nor an ingress nor a child process are needed.
 *
 * @param at default: any free port of 127.0.0.1
 * @param warn told once why a connection could not be made; its client only sees it closed
 */
export async function listen(
  config: KubeConfig,
  way: Way,
  warn: (text: string) => void,
  at: { host?: string; port?: number } = {},
): Promise<Tunnel> {
  const open = new Set<Socket>();
  const warned = new Set<string>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    // Also while the other half is not there yet.
    socket.on("error", () => socket.destroy());
    openWay(way, (target) => portForward(config, target)).then(
      // A connection that breaks is its client's to report.
      (stream) => pipeline(socket, stream, socket).catch(() => socket.destroy()),
      ({ message }: Error) => {
        socket.destroy();
        if (!warned.has(message)) warn(message);
        warned.add(message);
      },
    );
  });
  server.listen({ host: at.host ?? "127.0.0.1", port: at.port ?? 0 });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
