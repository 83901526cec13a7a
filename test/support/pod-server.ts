import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";

/** What a pod says to a connection, as containerd reports it; `silence` is a connection that was made. */
export type PodAnswer = "refused" | "silence" | "greets" | "hangs up" | "broken";

/** The constant of RFC 6455, 4.2.2. */
const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** An API server that forwards ports of pods, by the frames that Kubernetes' own sends, on loopback. */
export class PodServer {
  /** By port. All others refuse. */
  answers: Readonly<Record<number, PodAnswer>> = {};
  /** HTTP status in place of a tunnel. */
  status: number | undefined;
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer();

  async listen(): Promise<this> {
    this.#server.on("upgrade", ({ url = "", headers }, socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => this.#sockets.delete(socket));
      this.asked.push(url);
      if (this.status !== undefined) return void socket.end(`HTTP/1.1 ${this.status} No\r\nContent-Length: 0\r\n\r\n`);
      const accept = createHash("sha1").update(`${headers["sec-websocket-key"]}${guid}`).digest("base64");
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n`,
      );
      // A close frame is answered with one.
      socket.on("data", ([first]) => first === 0x88 && socket.end(Buffer.from([0x88, 0])));
      this.#answer(socket, Number(new URL(url, "http://x").searchParams.get("ports")));
    });
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  #answer(socket: Socket, port: number): void {
    const frame = (channel: number, text: string | Buffer) => {
      const payload = Buffer.concat([Buffer.from([channel]), Buffer.from(text)]);
      const size = Buffer.from([126, payload.length >> 8, payload.length & 255]);
      socket.write(Buffer.concat([Buffer.from([0x82]), size, payload]));
    };
    for (const channel of [0, 1]) frame(channel, Buffer.from([port & 255, port >> 8]));
    const dial = (family: string, host: string, why: string) => `dial tcp${family} ${host}:${port}: connect: ${why}`;
    const inside = `error forwarding port ${port} to pod 4f1a, uid : failed to execute portforward in network namespace "/run/netns/cni-1"`;
    const whole = `${inside}: failed to connect to localhost:${port} inside namespace "4f1a", IPv4: ${dial("4", "127.0.0.1", "connection refused")} IPv6 ${dial("6", "[::1]", "cannot assign requested address")} `;
    switch (this.answers[port] ?? "refused") {
      case "refused":
        frame(1, whole);
        return void socket.end();
      case "greets":
        return frame(0, "220 ready\r\n");
      case "hangs up":
        return void socket.end();
      case "broken":
        frame(1, `${inside} is closed`);
        return void socket.end();
      case "silence":
    }
  }

  /** @returns how many tunnels are open still. */
  get open(): number {
    return this.#sockets.size;
  }

  config(): KubeConfig {
    const config = new KubeConfig();
    const server = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    config.loadFromClusterAndUser({ name: "test", server, skipTLSVerify: true }, { name: "test" });
    return config;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
