import { z } from "zod";
import { privateCidr } from "../ranges.ts";

export const access = z
  .strictObject({
    vpnRanges: z
      .array(privateCidr)
      .min(1)
      .meta({
        description: "Address ranges of the corporate VPN: nothing else reaches Jaeger.",
        examples: [["10.8.0.0/16"]],
      }),
  })
  .meta({ description: "Who reaches Jaeger." });
