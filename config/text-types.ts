import { z } from "zod";

/** A name that Kubernetes, DNS, certificates, index names and the collector's language all take as it is. */
export const dnsLabel = z
  .string()
  .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, "must be lower-case letters, digits and -, and begin with a letter")
  .max(63, "is longer than the 63 characters of a DNS label");
