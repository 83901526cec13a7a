import { z } from "zod";

/** What reviews have to know of the company. */
export const review = z
  .strictObject({
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
  .meta({
    description: "What reports for reviewers have to know of the company.",
    examples: [{ fieldManagers: ["kyverno"] }],
  });
