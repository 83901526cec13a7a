import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Listr, type ListrTask } from "listr2";
import { assemble, writeArchive, type BuiltImage } from "./archive.ts";
import { importImages, missingImages } from "./containerd.ts";
import { applications } from "./definitions/applications.ts";
import { elasticsearch } from "./definitions/elasticsearch.ts";
import { instrumentation } from "./definitions/instrumentation.ts";
import { programs } from "./definitions/programs.ts";
import { stores } from "./definitions/stores.ts";
import type { ImageDefinition } from "./image.ts";
import { stored, storedLayer, type StoredLayer } from "./store.ts";

/** All images of the local environment. @throws SettingsError if the local stack's file, which names one, is wrong. */
export function imageDefinitions(): readonly ImageDefinition[] {
  return [...programs(), ...stores, elasticsearch, ...instrumentation, ...applications];
}

export interface ImageOptions {
  /** Ends the work; what is in the cache by then stays. */
  signal?: AbortSignal;
  /** `archive`: only writes a Docker archive, for a cluster of the user's own. Default `import`, into the local cluster. */
  target?: "import" | "archive";
}

/**
 * Sees to it that images are there, built from what is in the cache or now.
 *
 * @param names full names with tag. Default: all.
 * @throws for a name that is not defined, or when a part cannot be built.
 */
export async function ensureImages(names?: readonly string[], options: ImageOptions = {}): Promise<void> {
  await new Listr(imageTasks(names, options), {
    rendererOptions: { collapseSubtasks: false },
    // Its own way with Ctrl-C is to exit at once.
    registerSignalListeners: false,
  }).run();
}

/** The steps of {@link ensureImages}, to be shown among others. */
function imageTasks(given?: readonly string[], { signal, target = "import" }: ImageOptions = {}): ListrTask[] {
  const definitions = imageDefinitions();
  const names = given ?? definitions.map(({ name }) => name);
  const built: BuiltImage[] = [];
  const build = names.map((name, index): ListrTask => {
    const definition = definitions.find((candidate) => candidate.name === name);
    if (!definition) throw new Error(`There is no image ${name}. Known: ${definitions.map((d) => d.name).join(", ")}`);
    return {
      title: `Image ${index + 1} of ${names.length}: ${name}`,
      task: async () => {
        signal?.throwIfAborted();
        const layers: StoredLayer[] = [];
        for (const layer of await definition.layers(signal)) layers.push(await storedLayer(layer, signal));
        built.push(assemble(name, definition.config, layers));
      },
    };
  });
  const load: ListrTask =
    target === "archive"
      ? {
          title: "Write the archive",
          task: async (_context, task) => {
            const archiveFile = await storedArchive(built, signal);
            task.title = `Load this archive into your cluster's nodes: ${archiveFile}`;
          },
        }
      : {
          title: "Load into the cluster",
          task: async (_context, task) => {
            const missing = await missingImages(built);
            if (missing.length > 0) await importImages(missing, signal);
            task.title = `Load into the cluster: ${missing.length} of ${built.length} were missing`;
          },
        };
  return [...build, load];
}

/** Path of the archive of these images, in the cache. */
async function storedArchive(images: readonly BuiltImage[], signal?: AbortSignal): Promise<string> {
  const key = createHash("sha256").update(JSON.stringify(images.map(({ name, id }) => [name, id])));
  const file = "order-tracing-images.tar";
  const directory = await stored(
    `archive-${key.digest("hex")}`,
    (staging) => writeArchive(images, createWriteStream(join(staging, file), signal && { signal })),
    signal,
  );
  return join(directory, file);
}
