import { atLeast, imageVersion, type Version } from "../lib/image-name.ts";
import { message } from "./explain.ts";
import type { Settings } from "./settings.ts";
import { images } from "./versions.ts";

/** The first Jaeger that can be told to answer for spans when Elasticsearch has them. */
export const syncWritesSince: Version = [2, 21];

/** Mirrors change where an image comes from, not its tag. */
const imageOfJaeger = ({ images: { overrides } }: Pick<Settings, "images">) => overrides.jaeger ?? images.jaeger;

/** Version of the Jaeger that runs. An image without one in its tag is taken for the pinned one. */
export function jaegerVersion(settings: Pick<Settings, "images">): Version {
  return imageVersion(imageOfJaeger(settings)) ?? imageVersion(images.jaeger)!;
}

/** What Jaeger cannot do yet. It refuses keys that it does not know, and does not start. */
export function jaegerContradictions(settings: Settings): string[] {
  const { writes } = settings.elasticsearch;
  if (writes === "async" || atLeast(jaegerVersion(settings), syncWritesSince)) return [];
  return [
    message(
      ["elasticsearch", "writes"],
      writes,
      `needs a Jaeger of ${syncWritesSince.join(".")} or newer, and this is ${imageOfJaeger(settings)}`,
      { write: "writes: async, or an image with such a version in its tag as images.overrides.jaeger" },
    ),
  ];
}
