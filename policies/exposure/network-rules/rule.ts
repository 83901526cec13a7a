import { isRecord, list, record, text } from "../../core/value.ts";
import type { Json } from "../../core/value.ts";

export type Direction = "ingress" | "egress";

/** Who may come in, or where pods may go. */
export interface Peer {
  readonly path: string;
  readonly cidr?: string;
  /** It names nobody: all of these may. */
  readonly whole?: "everybody" | "cluster" | "namespace";
  /** How it says so; that it says nothing otherwise. */
  readonly says?: string;
}

/** Several ports, one after the other; a named one has no number that anybody here knows. */
export interface Ports {
  readonly first: number;
  readonly last: number;
  readonly says: string;
}

/** What a policy allows, whatever its kind calls it. */
export interface Rule {
  readonly direction: Direction;
  readonly path: string;
  /** None: everybody. */
  readonly peers: readonly Peer[];
  /** None: all. */
  readonly ports: readonly Ports[];
}

/** A port as `80`, `"80"`, `"80:90"` or a name. */
export function portsOf(port: unknown, end?: unknown): Ports {
  const [first = "", last = first] = (text(port) ?? "").split(/[:-](?=\d+$)/);
  const until = text(end) ?? last;
  return { first: Number(first), last: Number(until), says: until === first ? first : `${first} to ${until}` };
}

export const isWithin = (port: number, { first, last }: Ports): boolean => first <= port && port <= last;

/** Every namespace, and in Cilium every pod, has such a label. */
const everywhere = /^(?:k8s:)?(?:kubernetes\.io\/metadata\.name|io\.kubernetes\.pod\.namespace)$/;

/** A selector that selects everything, or all but what it names: what is new is let in. */
export const isEmpty = (selector: unknown): boolean =>
  isRecord(selector) &&
  Object.keys(record(selector["matchLabels"])).length === 0 &&
  list(selector["matchExpressions"])
    .map(record)
    .every(
      ({ key, operator }) =>
        ["NotIn", "DoesNotExist"].includes(text(operator) ?? "") ||
        (operator === "Exists" && everywhere.test(text(key) ?? "")),
    );

/** Whom a selector of namespaces and one of pods mean together, if that is a whole. */
export function wholeOf(namespaces: unknown, pods: unknown): Pick<Peer, "whole"> {
  if (isEmpty(namespaces) && (pods === undefined || isEmpty(pods))) return { whole: "cluster" };
  return isEmpty(pods) && namespaces === undefined ? { whole: "namespace" } : {};
}

/** A network that no company has: two halves of all addresses are all of them. */
export const isAnywhere = (cidr: string): boolean => Number(/\/(\d+)$/.exec(cidr)?.[1] ?? 128) < 7;

export const records = (value: unknown): Json[] => list(value).map(record);
