import { z } from "zod";
import { cidr } from "../ranges.ts";

/**
 * Addresses of a server outside of the cluster: policies of Kubernetes cannot name hosts.
 *
 * @param whose for example `Vault's`.
 */
export const outsideRanges = (whose: string) =>
  z
    .array(cidr)
    .min(1)
    .optional()
    .meta({
      description: `Addresses behind ${whose} name, with all that it may get: the stack's pods that need it may go there, and nowhere else on its port.`,
      absent: "any address on its port; for a Service of the cluster, the pods of its namespace",
      examples: [["10.20.0.0/24"]],
    });
