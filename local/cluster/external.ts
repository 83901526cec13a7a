import { KubeConfig, VersionApi } from "@kubernetes/client-node";
import { isSupported, oldest } from "./version.ts";

/**
 * Looks whether a cluster of the user's own answers and is new enough. Changes nothing in it.
 *
 * @param file path of its kubeconfig
 * @returns its address and version, for people
 * @throws if the file cannot be read, the cluster does not answer, or is older than 1.29
 */
export async function checkExternalCluster(file: string): Promise<string> {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    throw new Error(`${file} is no kubeconfig: ${(error as Error).message}`, { cause: error });
  }
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) {
    throw new Error(
      `${file} has no current context: set one with "kubectl config use-context NAME --kubeconfig ${file}"`,
    );
  }
  const version = await config
    .makeApiClient(VersionApi)
    .getCode()
    .catch((error: Error) => {
      throw new Error(`${server} (from ${file}) does not answer: ${error.message}`, { cause: error });
    });
  if (!isSupported(version)) {
    throw new Error(
      `${server} runs Kubernetes ${version.gitVersion}; at least ${oldest.major}.${oldest.minor} is needed`,
    );
  }
  return `${server}, Kubernetes ${version.gitVersion}`;
}
