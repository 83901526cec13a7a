import { z } from "zod";

/** What a review takes for given, since nothing in the stack says it. */
export const review = z
  .strictObject({
    spansPerSecond: z
      .number()
      .positive()
      .max(1_000_000)
      .default(100)
      .meta({
        description:
          "Spans of all services together before sampling, on average over a day, for the estimate of `npm run preview`. The default is a guess; the metric `otelcol_receiver_accepted_spans_total` of the gateway has yours.",
        unit: "spans/s",
        examples: [250],
      }),
    bytesPerSpan: z
      .number()
      .positive()
      .max(100_000)
      .default(600)
      .meta({
        description:
          "What a stored span takes on a disk of Elasticsearch with its index, in one copy, for the same estimate. The default is a guess; docs/guides/review.md has the request that measures yours.",
        unit: "bytes",
        examples: [450],
      }),
    fieldManagers: z
      .array(z.string().min(1))
      .default([])
      .meta({
        description:
          "Controllers of the company that add to objects of every namespace (labels, policies), as `managedFields` calls them: what they add is no drift.",
        examples: [["kyverno"]],
      }),
  })
  .prefault({})
  .meta({ description: "What reports for reviewers take for given.", examples: [{ spansPerSecond: 250 }] });
