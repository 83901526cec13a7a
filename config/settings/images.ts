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
    registries: z
      .record(imageRegistry, imageRegistry)
      .default({})
      .meta({
        description:
          "Mirrors by the registry that they mirror, instead of its name: for mirrors that keep their upstreams apart, as Harbor and Artifactory do. Images without a registry are of `docker.io`. Counts before `registry`.",
        examples: [{ "docker.io": "registry.example/dockerhub", "ghcr.io": "registry.example/ghcr" }],
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
