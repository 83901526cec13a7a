import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imageOf } from "../config/settings.ts";
import { readStack } from "../config/stack-file.ts";
import { images, type ImageName } from "../config/versions.ts";
import product from "../package.json" with { type: "json" };

/** Version of a package that the product depends on. */
export function packageVersion(name: keyof typeof product.dependencies): string {
  return product.dependencies[name];
}

/** Oldest Node.js that the product runs on, as `major.minor`. */
export const oldestNode: string = product.engines.node.replace(">=", "");

/** Version of an image that the product deploys. */
export function imageVersion(name: ImageName): string {
  return tagOf(images[name]);
}

/**
 * Jaeger as the local stack runs it. A function, because the stack file is the user's to edit: a mistake in it must end
 * with its message, and never stand in the way of `npm run local:reset`.
 */
export function localJaeger(): { readonly image: string; readonly version: string } {
  const image = imageOf(readStack("local").settings, "jaeger");
  return { image, version: tagOf(image) };
}

/**
 * Version of a Go module as the go.mod in `folder` has it, without its `v`.
 *
 * @throws if it is not in there
 */
export function moduleVersion(folder: string, path: string): string {
  const file = join(folder, "go.mod");
  const escaped = path.replaceAll(/[.+]/g, "\\$&");
  const text = readFileSync(file, "utf8");
  // A replacement counts more than what it replaces.
  const found =
    new RegExp(`^replace ${escaped} => \\S+ v(\\S+)$`, "m").exec(text) ??
    new RegExp(`^(?:require)?\\s+${escaped} v(\\S+)`, "m").exec(text);
  if (!found?.[1]) throw new Error(`${file} does not require ${path}`);
  return found[1];
}

function tagOf(image: string): string {
  return image.slice(image.lastIndexOf(":") + 1);
}
