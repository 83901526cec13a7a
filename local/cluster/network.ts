import { BlockList } from "node:net";
import { bridge, nodeAddress, podRange, serviceRange } from "./settings.ts";

/** A line of `ip -json route show`. */
export interface Route {
  readonly dst: string;
  readonly dev?: string;
}

/** Routes of others that lie within the ranges of the cluster: those networks would become unreachable. */
export function conflicts(routes: readonly Route[]): string[] {
  const ranges = [serviceRange, podRange, `${nodeAddress}/32`];
  return routes
    .filter(({ dev, dst }) => dev !== bridge && ranges.some((range) => lies(dst, range)))
    .map(
      ({ dev, dst }) =>
        `this machine has a route to ${dst} (device ${dev ?? "none"}), which the cluster needs: remove it`,
    );
}

/** Ports on which someone listens, by the content of /proc/net/tcp. */
export function listeners(table: string): Set<number> {
  const found = table.matchAll(/^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) \S+ 0A /gm);
  return new Set(Array.from(found, ([, port]) => parseInt(port!, 16)));
}

/** A network lies within another one if its first address does and its mask is no shorter. */
function lies(inner: string, outer: string): boolean {
  const [address = "", length = "32"] = inner.split("/");
  const [base = "", outerLength = "32"] = outer.split("/");
  const list = new BlockList();
  list.addSubnet(base, Number(outerLength));
  // "default" is no address, and so in no list.
  return Number(length) >= Number(outerLength) && list.check(address);
}
