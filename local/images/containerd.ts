import { PassThrough } from "node:stream";
import { execa } from "execa";
import { containerdNamespace, containerdSocket } from "../cluster/settings.ts";
import { writeArchive, type BuiltImage } from "./archive.ts";

const ctr = ["--address", containerdSocket, "--namespace", containerdNamespace];

/** Holds the identity of an image that was loaded from here. */
const label = "order-tracing/id";

/** containerd keeps an image under its full name, with the registry and the library that are meant where none is named. */
function fullName(name: string): string {
  const [first, ...rest] = name.split("/");
  // Without a slash the first part is the image with its tag, not a registry.
  if (rest.length === 0) return `docker.io/library/${name}`;
  return /[.:]/.test(first!) ? name : `docker.io/${name}`;
}

/** Images that are not there yet, or are there with other content. Their identity stands in a label. */
export async function missingImages(images: readonly BuiltImage[]): Promise<BuiltImage[]> {
  const { stdout } = await execa("ctr", [...ctr, "images", "ls"]);
  const lines = stdout.split("\n");
  return images.filter(
    ({ name, id }) => !lines.some((line) => line.startsWith(`${fullName(name)} `) && line.includes(`${label}=${id}`)),
  );
}

/**
 * Loads images, as one archive: a layer that they share is sent once.
 *
 * @throws what containerd says, or what the reading of a layer fails with.
 */
export async function importImages(images: readonly BuiltImage[], signal?: AbortSignal): Promise<void> {
  const named = images.map((image) => ({ ...image, name: fullName(image.name) }));
  const archive = new PassThrough();
  const load = execa("ctr", [...ctr, "images", "import", "-"], {
    input: archive,
    ...(signal && { cancelSignal: signal }),
  });
  const [loaded, written] = await Promise.allSettled([load, writeArchive(named, archive)]);
  // An archive that nobody reads any more says less than the reader.
  for (const result of [loaded, written]) if (result.status === "rejected") throw result.reason;
  for (const { name, id } of named) await execa("ctr", [...ctr, "images", "label", name, `${label}=${id}`]);
}
