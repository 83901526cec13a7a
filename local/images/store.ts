import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../paths.ts";
import { ensureEntry } from "../toolchain/store.ts";
import type { Layer } from "./layer.ts";
import { hashFile } from "./tar.ts";

/** A layer that is built. */
export interface StoredLayer {
  file: string;
  /** `sha256:…` of the uncompressed tar. */
  diffId: string;
}

/**
 * A folder of the images' part of the cache: made once, whole or not at all, by one process at a time.
 *
 * @param key names what it is made of.
 * @param make fills an empty folder.
 * @throws what `make` throws, and the signal's reason when it is aborted.
 */
export function stored(
  key: string,
  make: (directory: string) => Promise<void>,
  signal = new AbortController().signal,
): Promise<string> {
  return ensureEntry({ folder: join(cacheDir, "images"), hash: key, make }, signal);
}

/** The layer's tar and its id, from the store or built now. */
export async function storedLayer(layer: Layer, signal?: AbortSignal): Promise<StoredLayer> {
  const directory = await stored(
    `layer-${layer.key}`,
    async (staging) => {
      const file = join(staging, "layer.tar");
      await layer.build(file, signal);
      await writeFile(join(staging, "diff-id"), `sha256:${await hashFile(file)}`);
    },
    signal,
  );
  return { file: join(directory, "layer.tar"), diffId: await readFile(join(directory, "diff-id"), "utf8") };
}
