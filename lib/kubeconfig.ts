import { KubeConfig } from "@kubernetes/client-node";
import { AskError } from "./ask-error.ts";
import { shareConnections } from "./kube-connections.ts";

/** Which cluster, see the settings below `cluster`. */
export interface ClusterChoice {
  /** Used where the environment has no KUBECONFIG. */
  kubeconfigFile?: string | undefined;
  /** Default: the kubeconfig's current context. */
  context?: string | undefined;
}

/**
 * The kubeconfig of a stack: KUBECONFIG, else the setting, else the user's own; with the stack's context.
 *
 * @throws AskError if there is none that leads to a cluster over https.
 */
export function loadKubeConfig({ kubeconfigFile, context }: ClusterChoice): KubeConfig {
  const kubeConfig = shareConnections(new KubeConfig());
  const file = process.env["KUBECONFIG"] ? undefined : kubeconfigFile;
  try {
    if (file) kubeConfig.loadFromFile(file);
    else kubeConfig.loadFromDefault();
  } catch (cause) {
    const said = file ? "cluster.kubeconfigFile in the stack settings; KUBECONFIG goes before it" : "KUBECONFIG";
    throw new AskError(`The kubeconfig cannot be read: ${(cause as Error).message}. See ${said}.`, { cause });
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
