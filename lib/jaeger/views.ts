import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Agent } from "undici";
import { AskError } from "../ask-error.ts";
import { jaegerView, type View } from "./client.ts";
import { loadKubeConfig, type ClusterChoice } from "../kubeconfig.ts";
import { jaegerQueryName, namespace, ports, serviceHost } from "../names.ts";
import { tunnelConnector } from "../tunnel.ts";

/** The settings that say where the views of a stack are. */
export interface ViewSettings {
  cluster: ClusterChoice;
  /** `caFile`: PEM of the CA that the views' certificates come from. */
  vault: { caFile: string };
}

/** The views of a stack, each through its own tunnel. */
export interface Views extends AsyncDisposable {
  view(name: string): View;
}

/**
 * Opens the views of a stack's Jaeger, in the same way in every environment: through the cluster's API to a pod, TLS
 * from end to end. Connections are made when they are needed and closed on disposal.
 *
 * @param directory folder to which paths in the settings are relative: that of the stack file.
 * @throws AskError if there is no usable kubeconfig or CA.
 */
export function openViews(settings: ViewSettings, directory: string, signal?: AbortSignal): Views {
  const kubeConfig = loadKubeConfig(settings.cluster);
  const ca = readCa(resolve(directory, settings.vault.caFile));
  const agents = new Map<string, Agent>();
  return {
    view(name) {
      const service = jaegerQueryName(name);
      const agent =
        agents.get(name) ??
        new Agent({
          connect: tunnelConnector(kubeConfig, { namespace, service, port: ports.jaegerQuery, ca }),
          connections: 1,
        });
      agents.set(name, agent);
      return jaegerView({
        view: name,
        origin: `https://${serviceHost(service)}:${ports.jaegerQuery}`,
        dispatcher: agent,
        signal,
      });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

function readCa(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new AskError(`The CA that vault.caFile names cannot be read: ${(cause as Error).message}`, { cause });
  }
}
