import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { lock } from "proper-lockfile";
import { cacheDir } from "../paths.ts";
import type { Layer } from "./layer.ts";

const storeDir = join(cacheDir, "images");

/** A layer that is built. */
export interface StoredLayer {
  file: string;
  /** `sha256:…` of the uncompressed tar. */
  diffId: string;
}

/**
 * A folder of the store, by content: made once, whole or not at all. Two runs at once make it once: the second waits for
 * the first. A run that was ended leaves a temporary folder, which the next one removes.
 *
 * @param key names what it is made of.
 * @param make fills an empty folder.
 */
export async function stored(
  key: string,
  make: (directory: string) => Promise<void>,
  signal?: AbortSignal,
): Promise<string> {
  const directory = join(storeDir, key);
  if (await exists(directory)) return directory;
  await mkdir(storeDir, { recursive: true });
  const release = await lock(directory, {
    realpath: false,
    stale: 20_000,
    retries: { forever: true, maxTimeout: 2_000 },
  });
  const temporary = `${directory}.tmp`;
  try {
    if (await exists(directory)) return directory;
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary);
    await make(temporary);
    signal?.throwIfAborted();
    await rename(temporary, directory);
    return directory;
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await release();
  }
}

/** The layer's tar and its id, from the store or built now. */
export async function storedLayer(layer: Layer, signal?: AbortSignal): Promise<StoredLayer> {
  const directory = await stored(
    `layer-${layer.key}`,
    async (temporary) => {
      const file = join(temporary, "layer.tar");
      await layer.build(file, signal);
      const hash = createHash("sha256");
      await pipeline(createReadStream(file), hash);
      await writeFile(join(temporary, "diff-id"), `sha256:${hash.digest("hex")}`);
    },
    signal,
  );
  return { file: join(directory, "layer.tar"), diffId: await readFile(join(directory, "diff-id"), "utf8") };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
