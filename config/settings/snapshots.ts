import { z } from "zod";
import { serverAddress } from "../text-types.ts";
import { outsideRanges } from "./outside-ranges.ts";

const bucket = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, "must be the name of a bucket: 3 to 63 lower-case letters, digits and -");

/** Elasticsearch's own form: with seconds, unlike that of cron. */
const schedule = z
  .string()
  .regex(
    /^\d{1,2} \d{1,2} \S+ \S+ \S+ \S+( \S+)?$/,
    "must be a schedule of Elasticsearch, at most once an hour: second, minute, hour, day of the month, month, day of the week, with ? for one of the days",
  );

/** Copies of the indices outside of the cluster. */
export const snapshots = z
  .strictObject({
    bucket: bucket.meta({
      description: "Its bucket, which is there already.",
      examples: ["company-tracing-snapshots"],
    }),
    region: z
      .string()
      .regex(/^[a-z0-9-]+$/, "must be the name of a region")
      .meta({ description: "The bucket's region; requests are signed for it.", examples: ["eu-central-1"] }),
    endpoint: serverAddress.optional().meta({
      description:
        "Address of an S3 store other than Amazon's. Its certificate must come from a CA that Elasticsearch's Java trusts, not from the company's own.",
      absent: "Amazon's for the region",
      examples: ["https://s3.example:9000"],
    }),
    ranges: outsideRanges("the S3 store's"),
    basePath: z
      .string()
      .regex(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/, "must be a path without a slash at its ends")
      .optional()
      .meta({
        description: "Path in the bucket. Two clusters that write to the same one destroy each other's snapshots.",
        absent: "`tracing/<stack>`",
        examples: ["tracing/prod"],
      }),
    roleArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, "must be the ARN of a role, arn:aws:iam::…:role/…")
      .optional()
      .meta({
        description:
          "Role that Elasticsearch takes by the token of its service account, without a key: Amazon must know the cluster as an identity provider.",
        absent: "a key, which `npm run bootstrap` asks for and keeps in Vault",
        examples: ["arn:aws:iam::123456789012:role/tracing-snapshots"],
      }),
    serverSideEncryption: z
      .boolean()
      .default(true)
      .meta({
        description: "The store is asked to encrypt each object. False only for a store that refuses to be asked.",
        examples: [false],
      }),
    schedule: schedule.default("0 30 1 * * ?").meta({
      description: "When a snapshot is made, UTC: second, minute, hour, day of the month, month, day of the week.",
      examples: ["0 30 1 * * ?"],
    }),
    keepDays: z
      .int()
      .min(1)
      .max(365)
      .default(7)
      .meta({
        description:
          "How long a snapshot is kept. A trace can be found so much longer than `retentionDays` in it; more than `retentionDays` is refused.",
        unit: "days",
        examples: [7],
      }),
  })
  .optional()
  .meta({
    description:
      "Copies of all indices in an S3 bucket, made and deleted by Elasticsearch on a schedule, see the guide on snapshots.",
    absent: "no snapshots: what is lost with the disks is lost",
  });
