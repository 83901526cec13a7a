import { at, list, record, text, texts, within } from "../core/value.ts";
import type { KubernetesObject } from "../core/objects.ts";

/** Where a Gateway listens, of Gateway API or of Istio. */
export interface Listener {
  readonly protocol: string;
  readonly protocolPath: string;
  readonly hosts: string[];
  readonly hostPath: string;
}

export function listenersOf({ body, path }: KubernetesObject): Listener[] {
  const spec = record(body["spec"]);
  const servers = list(spec["servers"]).map((server, index): Listener => {
    const of = within(path, "spec", "servers", index);
    const redirects = at(server, "tls", "httpsRedirect") === true;
    return {
      protocol: redirects ? "HTTPS" : (text(at(server, "port", "protocol")) ?? ""),
      protocolPath: `${of}.port.protocol`,
      // `namespace/host`
      hosts: texts(record(server)["hosts"]).map((host) => host.slice(host.indexOf("/") + 1)),
      hostPath: `${of}.hosts`,
    };
  });
  const listeners = list(spec["listeners"]).map((listener, index): Listener => {
    const of = within(path, "spec", "listeners", index);
    return {
      protocol: text(record(listener)["protocol"]) ?? "",
      protocolPath: `${of}.protocol`,
      hosts: [text(record(listener)["hostname"]) ?? ""],
      hostPath: `${of}.hostname`,
    };
  });
  return [...servers, ...listeners];
}

/** Gateways, and what adds listeners to them. */
export const gatewayKinds = /^(?:Gateway|X?ListenerSet)$/;
