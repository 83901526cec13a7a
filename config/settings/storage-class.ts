import { kubernetesName } from "../text-types.ts";

/** Of volumes that a StatefulSet makes. */
export const storageClass = kubernetesName.optional().meta({
  description: "Storage class of the volume. It cannot be changed once the volume is there.",
  absent: "the cluster's default",
  examples: ["fast-ssd"],
});
