import { z } from "zod";
import { annotationKey, labelValue } from "../text-types.ts";

/** Labels that select the pods of somebody else. Not none: that would select every pod of the namespace. */
export const podLabels = z.record(annotationKey, labelValue).refine((labels) => Object.keys(labels).length > 0, {
  error: "is empty, and without a label every pod of the namespace is meant",
});
