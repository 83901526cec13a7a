import { z } from "zod";

/** Of volumes that a StatefulSet makes. */
export const storageClass = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "must be the name of a StorageClass: lower-case letters, digits, - and .")
  .max(253)
  .optional()
  .meta({
    description: "Storage class of the volume. It cannot be changed once the volume is there.",
    absent: "the cluster's default",
    examples: ["fast-ssd"],
  });
