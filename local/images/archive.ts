import { createHash } from "node:crypto";
import type { Writable } from "node:stream";
import type { ImageConfig } from "./image.ts";
import type { StoredLayer } from "./store.ts";
import { addFile, noTime, writeTar } from "./tar.ts";

/** An image that is ready to be loaded. */
export interface BuiltImage {
  /** Full name with tag. */
  name: string;
  /** Digest of the configuration: the image's identity. */
  id: string;
  config: string;
  layers: readonly StoredLayer[];
}

/** Puts configuration and layers together. No time and no host in it: same inputs, same id. */
export function assemble(
  name: string,
  { user, command, environment, directory, stopSignal }: ImageConfig,
  layers: readonly StoredLayer[],
): BuiltImage {
  const config = JSON.stringify({
    architecture: "amd64",
    os: "linux",
    created: "1970-01-01T00:00:00Z",
    config: {
      ...(user && { User: user }),
      Entrypoint: command,
      Env: Object.entries({ PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...environment }).map(
        ([key, value]) => `${key}=${value}`,
      ),
      WorkingDir: directory ?? "/",
      ...(stopSignal && { StopSignal: stopSignal }),
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
  });
  return { name, id: createHash("sha256").update(config).digest("hex"), config, layers };
}

/**
 * Writes images as one Docker archive. A layer that several of them share is written once.
 *
 * @throws what the target or the reading of a layer fails with.
 */
export function writeArchive(images: readonly BuiltImage[], target: Writable): Promise<void> {
  const layerPath = ({ diffId }: StoredLayer) => `${diffId.slice("sha256:".length)}/layer.tar`;
  const layers = new Map(images.flatMap((image) => image.layers.map((layer) => [layerPath(layer), layer] as const)));
  const manifest = images.map(({ name, id, layers: own }) => ({
    Config: `${id}.json`,
    RepoTags: [name],
    Layers: own.map(layerPath),
  }));
  return writeTar(target, async (tar) => {
    for (const [name, { file }] of layers) await addFile(tar, { name, mtime: noTime }, file);
    for (const { id, config } of images) tar.entry({ name: `${id}.json`, mtime: noTime }, config);
    tar.entry({ name: "manifest.json", mtime: noTime }, JSON.stringify(manifest));
  });
}
