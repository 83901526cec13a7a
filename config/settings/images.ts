import { z } from "zod";
import { imageReference, imageRegistry } from "../text-types.ts";
import { images as pinned, type ImageName } from "../versions.ts";
import { recordOf } from "./records.ts";

export const images = z
  .strictObject({
    registry: imageRegistry.optional().meta({
      description: "Registry that mirrors all images, put before their names.",
      absent: "where each image comes from",
      examples: ["registry.example/mirror"],
    }),
    overrides: recordOf(
      Object.keys(pinned) as ImageName[],
      imageReference.meta({
        description: "The image instead of the pinned one, with a tag or a digest.",
        absent: "the pinned one",
      }),
    )
      .default({})
      .meta({
        description: "Other images than those of `config/versions.ts`.",
        examples: [{ jaeger: "registry.example/jaeger:1.2.3" }],
      }),
  })
  .prefault({})
  .meta({ description: "Where images come from.", examples: [{ registry: "registry.example/mirror" }] });
