import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { Agent } from "undici";
import type { Settings } from "../config/settings.ts";
import { AskError } from "../lib/ask-error.ts";
import { jaegerView, type View } from "./jaeger.ts";
import type { ViewName } from "./proof.ts";
import { tunnelConnector } from "../lib/tunnel.ts";

const namespace = "tracing";
const port = 16686;

/** The views of a stack, each through its own tunnel. */
export interface Views extends AsyncDisposable {
  view(name: ViewName): View;
}

/**
 * Opens the views of a stack's Jaeger, in the same way in every environment: through the cluster's API to a pod, TLS
 * from end to end. Connections are made when they are needed and closed on disposal.
 *
 * @param directory folder to which paths in the settings are relative: that of the stack file.
 * @throws AskError if there is no usable kubeconfig or CA.
 */
export function openViews(
  settings: Pick<Settings, "cluster" | "vault">,
  directory: string,
  signal?: AbortSignal,
): Views {
  const kubeConfig = loadKubeConfig(settings.cluster);
  const ca = readCa(resolve(directory, settings.vault.caFile));
  const agents = new Map<ViewName, Agent>();
  return {
    view(name) {
      const service = `jaeger-query-${name}`;
      const agent =
        agents.get(name) ??
        new Agent({ connect: tunnelConnector(kubeConfig, { namespace, service, port, ca }), connections: 1 });
      agents.set(name, agent);
      return jaegerView({
        view: name,
        origin: `https://${service}.${namespace}.svc:${port}`,
        dispatcher: agent,
        signal,
      });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

function loadKubeConfig({ kubeconfigFile, context }: Settings["cluster"]): KubeConfig {
  const kubeConfig = new KubeConfig();
  try {
    if (kubeconfigFile && !process.env["KUBECONFIG"]) kubeConfig.loadFromFile(kubeconfigFile);
    else kubeConfig.loadFromDefault();
  } catch (cause) {
    throw new AskError(`The kubeconfig cannot be read: ${(cause as Error).message}. See KUBECONFIG.`, { cause });
  }
  if (context) {
    const names = kubeConfig.getContexts().map(({ name }) => name);
    if (!names.includes(context)) {
      throw new AskError(
        `The kubeconfig has no context ${context} (cluster.context in the stack settings); it has: ${names.join(", ") || "none"}.`,
      );
    }
    kubeConfig.setCurrentContext(context);
  }
  // Without any kubeconfig the client library silently takes http://localhost:8080.
  if (!kubeConfig.getCurrentCluster()?.server.startsWith("https://")) {
    throw new AskError(
      "There is no kubeconfig for a cluster with https. Set KUBECONFIG, or cluster.context in the stack settings.",
    );
  }
  return kubeConfig;
}

function readCa(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new AskError(`The CA that vault.caFile names cannot be read: ${(cause as Error).message}`, { cause });
  }
}
