import { ensureDebianPackages, imagePackages } from "../../toolchain/index.ts";
import { imageDefinitions } from "../../images/index.ts";
import type { ImageConfig } from "../../images/image.ts";
import { storedLayer } from "../../images/store.ts";

/** An image whose layers are files of this machine. */
export interface PreparedImage {
  readonly config: ImageConfig;
  /** Archives, from the bottom up. */
  readonly layers: readonly string[];
}

/** By full name. */
export type PreparedImages = Readonly<Record<string, PreparedImage>>;

/**
 * The images of the local environment that are needed, out of the cache or made now.
 *
 * @throws for a name that is not defined, or when a layer cannot be made.
 */
export async function prepareImages(
  names: readonly string[],
  { progress, signal }: { progress: (message: string) => void; signal: AbortSignal },
): Promise<PreparedImages> {
  await ensureDebianPackages(imagePackages);
  const definitions = imageDefinitions();
  const prepared: Record<string, PreparedImage> = {};
  for (const name of names) {
    signal.throwIfAborted();
    const definition = definitions.find((one) => one.name === name);
    if (!definition)
      throw new Error(`There is no image ${name}. Known: ${definitions.map((one) => one.name).join(", ")}`);
    progress(`image ${name}`);
    const layers: string[] = [];
    for (const layer of await definition.layers(signal)) layers.push((await storedLayer(layer, signal)).file);
    prepared[name] = { config: definition.config, layers };
  }
  return prepared;
}
