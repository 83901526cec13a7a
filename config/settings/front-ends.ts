import { z } from "zod";
import { openCidr } from "../ranges.ts";
import { hostName, pageOrigin } from "../text-types.ts";
import { entryPoint } from "./access/ingress.ts";
import { recordOf } from "./records.ts";

const app = z
  .strictObject({
    host: hostName.meta({
      description:
        "Host name to which its pages send spans. What comes by it counts as of this front end, whatever it claims.",
      examples: ["spans.shop.company.example"],
    }),
    origins: z
      .array(pageOrigin)
      .min(1)
      .meta({
        description: "Origins of its pages: browsers send spans from no other.",
        examples: [["https://shop.company.example"]],
      }),
  })
  .meta({
    description: "One front end.",
    examples: [{ host: "spans.shop.company.example", origins: ["https://shop.company.example"] }],
  });

/** @param ids front ends of the landscape. */
export function frontEnds(ids: readonly string[]) {
  return z
    .strictObject({
      apps: recordOf(ids, app)
        .refine((apps) => Object.keys(apps).length > 0, { error: "is empty: name a front end, or leave frontEnds out" })
        .meta({ description: "The front ends whose pages send spans." }),
      ranges: z
        .array(openCidr)
        .min(1)
        .meta({
          description:
            'Address ranges from which browsers, or the proxy before this entry, may come. The internet is `["0.0.0.0/0", "::/0"]`, and the policy pack then wants an exception. See docs/guides/front-ends.md.',
          examples: [["10.8.0.0/16"]],
        }),
      entryPoint: entryPoint.optional().meta({
        description: "Where the ingress controller takes the browsers' connections, as `access.ingress.entryPoint`.",
        absent: "that of the views",
        examples: ["spans"],
      }),
      connectionsPerAddress: z
        .int()
        .min(1)
        .default(50)
        .meta({
          description: "Connections that one address may have at once (`traefik` only). Many people share an office's.",
          unit: "connections",
          examples: [200],
        }),
      spansPerSecond: z
        .int()
        .min(1)
        .default(100)
        .meta({
          description: "Spans of each front end that go on, each pod. What is more is dropped and counted.",
          unit: "spans a second",
          examples: [500],
        }),
      percent: z
        .number()
        .min(0)
        .max(100)
        .default(10)
        .meta({
          description:
            "Share of the browsers' traces that is kept, errors and slow ones included: a page that fails for everybody must not fill the store. A trace that a back end's span keeps is kept with the browser's.",
          unit: "percent",
          examples: [50],
        }),
    })
    .optional()
    .meta({
      description: "The entry for spans of browsers.",
      absent: "browsers send none",
      examples: [
        {
          apps: Object.fromEntries(
            ids
              .slice(0, 1)
              .map((id) => [id, { host: `spans.${id}.company.example`, origins: [`https://${id}.company.example`] }]),
          ),
          ranges: ["10.8.0.0/16"],
        },
      ],
    });
}
