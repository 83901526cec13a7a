import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { V1CustomResourceDefinition } from "@kubernetes/client-node";
import { execa } from "execa";
import { loadAll } from "js-yaml";
import { stored } from "../../images/store.ts";
import { goEnvironment } from "../../toolchain/go.ts";
import { part } from "../../toolchain/parts.ts";
import { labels } from "../kubernetes/workload.ts";
import { name } from "./settings.ts";

const module = "github.com/traefik/traefik/v3";
const definitions = "docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml";

/**
 * Definitions of Traefik's custom resources, of the version that runs: upstream's own file out of its Go module, whose
 * content go.sum vouches for. Kept in the cache.
 *
 * @throws if the module cannot be had
 */
export async function customResources(signal?: AbortSignal): Promise<V1CustomResourceDefinition[]> {
  const { version, module: folder } = part("traefik");
  const directory = await stored(
    `traefik-custom-resources-${version}`,
    async (staging) => {
      const { stdout } = await execa("go", ["mod", "download", "-json", module], {
        cwd: folder,
        env: goEnvironment,
        ...(signal && { cancelSignal: signal }),
      });
      const { Dir } = JSON.parse(stdout) as { Dir: string };
      await copyFile(join(Dir, definitions), join(staging, "definitions.yaml"));
    },
    signal,
  );
  const documents = loadAll(await readFile(join(directory, "definitions.yaml"), "utf8"));
  return (documents as V1CustomResourceDefinition[]).map(({ apiVersion, kind, metadata, spec }) => ({
    ...{ apiVersion, kind, spec },
    metadata: { ...metadata, labels: labels(name) },
  }));
}
