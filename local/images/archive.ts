import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import type { ImageConfig } from "./image.ts";
import type { StoredLayer } from "./store.ts";

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
  { user, command, environment, directory }: ImageConfig,
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
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
  });
  return { name, id: createHash("sha256").update(config).digest("hex"), config, layers };
}

/** Writes images as one Docker archive. A layer that several of them share is written once. */
export async function writeArchive(images: readonly BuiltImage[], target: Writable): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, target);
  const layerPath = ({ diffId }: StoredLayer) => `${diffId.slice("sha256:".length)}/layer.tar`;
  const layers = new Map(images.flatMap((image) => image.layers.map((layer) => [layerPath(layer), layer] as const)));
  for (const [name, { file }] of layers) {
    const { size } = await stat(file);
    await pipeline(createReadStream(file), tar.entry({ name, size, mtime: new Date(0) }));
  }
  for (const { id, config } of images) tar.entry({ name: `${id}.json`, mtime: new Date(0) }, config);
  const manifest = images.map(({ name, id, layers: own }) => ({
    Config: `${id}.json`,
    RepoTags: [name],
    Layers: own.map(layerPath),
  }));
  tar.entry({ name: "manifest.json", mtime: new Date(0) }, JSON.stringify(manifest));
  tar.finalize();
  await written;
}
