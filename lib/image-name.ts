/** Where images come from whose name has no registry. */
export const defaultRegistry = "docker.io";

/** A name of an image, taken apart as container runtimes do. */
export interface ImageParts {
  /** Host, with its port if it has one. */
  registry: string;
  /** What follows the registry: repository, tag and digest, as written. */
  path: string;
  repository: string;
  /** Digest if there is one, else the tag: by this the registry is asked. */
  reference: string;
}

/** Takes the name of an image apart. */
export function imageParts(image: string): ImageParts {
  const slash = image.indexOf("/");
  const first = image.slice(0, Math.max(slash, 0));
  // As container runtimes tell: what has a dot or a port, or is localhost, is a host.
  const named = /[.:]|^localhost$/.test(first);
  const path = named ? image.slice(slash + 1) : slash < 0 ? `library/${image}` : image;
  const [name = "", digest] = path.split("@");
  const [repository = "", tag = "latest"] = name.split(":");
  return { registry: named ? first : defaultRegistry, path, repository, reference: digest ?? tag };
}

/** A version as numbers, the largest first. */
export type Version = readonly number[];

/** Version of an image by its tag, also where it has a digest. Undefined: the tag is none, or there is no tag. */
export function imageVersion(image: string): Version | undefined {
  const [name = ""] = imageParts(image).path.split("@");
  const found = /:v?(\d+(?:\.\d+)+)/.exec(name);
  return found?.[1]?.split(".").map(Number);
}

/** Whether a version is another or a later one. What it does not say counts as 0. */
export function atLeast(version: Version, least: Version): boolean {
  for (const [index, number] of least.entries()) {
    const own = version[index] ?? 0;
    if (own !== number) return own > number;
  }
  return true;
}

/** The name as nodes list it: with its registry, and by its digest alone if it has one. */
export function listedName(image: string): string {
  const { registry, repository, reference } = imageParts(image);
  return `${registry}/${repository}${reference.includes(":") ? "@" : ":"}${reference}`;
}
