import { z } from "zod";
import { edgeId, type Catalogue } from "../model.ts";

/** @param edges edges of the landscape. */
export function proof(edges: Catalogue["edges"]) {
  const optional = edges.filter((edge) => edge.optional);
  return z
    .strictObject({
      required: z
        .array(z.enum(edges.map(edgeId)))
        .default([])
        .meta({
          description: "Optional edges of the catalogue that this environment demands.",
          examples: [(optional.length > 0 ? optional : edges).slice(0, 1).map(edgeId)],
        }),
      links: z
        .array(z.enum(edges.map(edgeId)))
        .default([])
        .meta({
          description:
            "Message edges whose consumer's client library begins a new trace and links to the message, as RabbitMQ.Client for .NET before 7.2 does: for these a link is proof enough.",
          examples: [
            edges
              .filter(({ kind }) => kind === "message")
              .slice(0, 1)
              .map(edgeId),
          ],
        }),
      lookbackMinutes: z
        .number()
        .int()
        .min(1)
        .default(60)
        .meta({
          description: "How far back `npm run verify` looks for spans. Longer where orders are rare or few are kept.",
          unit: "minutes",
          examples: [60],
        }),
    })
    .prefault({})
    .meta({ description: "What `npm run verify` demands.", examples: [{ lookbackMinutes: 60 }] });
}
