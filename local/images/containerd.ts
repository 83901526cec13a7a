import { PassThrough } from "node:stream";
import { execa } from "execa";
import { writeArchive, type BuiltImage } from "./archive.ts";

/** Where the local cluster's containerd listens. */
const socket = "/run/order-tracing/containerd.sock";
const ctr = ["--address", socket, "--namespace", "k8s.io"];

/** containerd keeps an image under its full name, with the registry that is meant when none is named. */
function fullName(name: string): string {
  const [first] = name.split("/");
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

const label = "order-tracing/id";

/** Loads images, as one archive: a layer that they share is sent once. */
export async function importImages(images: readonly BuiltImage[], signal?: AbortSignal): Promise<void> {
  const named = images.map((image) => ({ ...image, name: fullName(image.name) }));
  const archive = new PassThrough();
  const load = execa("ctr", [...ctr, "images", "import", "-"], {
    input: archive,
    ...(signal && { cancelSignal: signal }),
  });
  await Promise.all([writeArchive(named, archive), load]);
  for (const { name, id } of named) await execa("ctr", [...ctr, "images", "label", name, `${label}=${id}`]);
}
