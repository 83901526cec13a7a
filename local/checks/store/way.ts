import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { atEnd, freePort } from "../collector/process.ts";

/** One address of a server, which can go away and come back. */
export interface Way {
  readonly origin: string;
  /** Connections that were made by it. */
  connections(): number;
  /** Nobody listens any more, and what is open is broken off. */
  close(): Promise<void>;
  open(): Promise<void>;
}

/** Makes an address of the loopback that leads to a port of it. */
export async function wayTo(target: number): Promise<Way> {
  const port = await freePort();
  const open = new Set<Socket>();
  let made = 0;
  const server = createServer((near) => {
    made++;
    const far = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on("error", () => to.destroy()).on("close", () => open.delete(from));
      from.pipe(to);
    }
  });
  const way = {
    origin: `http://127.0.0.1:${port}`,
    connections: () => made,
    async open() {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
    },
    async close() {
      if (!server.listening) return;
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, "close");
    },
  };
  await way.open();
  atEnd(() => way.close());
  return way;
}
