import { isDeepStrictEqual } from "node:util";
import type { KubeConfig } from "@kubernetes/client-node";
import { Agent, type Dispatcher } from "undici";

type Options = ReturnType<KubeConfig["createDispatcherOptions"]>;

/** What the client has for itself. A test sees whether it still asks it. */
interface Maker {
  createDispatcher(...of: Parameters<KubeConfig["createDispatcherOptions"]>): Dispatcher | undefined;
}

/** Requests that are under way at a time, to one API server. */
const connections = 8;

/** By what they say of certificates and ways: configurations of one cluster share them. */
const known: { options: Options; dispatcher: Dispatcher | undefined }[] = [];

/**
 * Has all requests of a client use the same few connections. By itself it opens one for each request, and most of the time of
 * a look at a hundred services goes into handshakes.
 */
export function shareConnections(config: KubeConfig): KubeConfig {
  const maker = config as unknown as Maker;
  const make = maker.createDispatcher.bind(config);
  maker.createDispatcher = (cluster, agentOptions) => {
    const options = config.createDispatcherOptions(cluster, agentOptions);
    const shared = known.find((one) => isDeepStrictEqual(one.options, options));
    if (shared) return shared.dispatcher;
    const dispatcher =
      options.type === "agent" ? new Agent({ connect: options.connect, connections }) : make(cluster, agentOptions);
    known.push({ options, dispatcher });
    return dispatcher;
  };
  return config;
}
