import { z } from "zod";
import { cidr } from "../ranges.ts";
import { outsideRanges } from "./outside-ranges.ts";
import { snapshots } from "./snapshots.ts";
import { storageClass } from "./storage-class.ts";
import { annotationKey, filePath, hostName, serverAddress } from "../text-types.ts";

const lifecycle = z
  .boolean()
  .default(true)
  .meta({
    description:
      "False only for a distribution without index lifecycle management (the local image): then nothing is rolled over or deleted by itself.",
    examples: [false],
  });

const writes = z
  .enum(["async", "sync"])
  .default("async")
  .meta({
    description:
      "When Jaeger answers for spans: `async`, when it will write them; `sync`, when Elasticsearch has them, so that a Jaeger that is killed loses nothing, nothing is stored twice, and what Elasticsearch refuses for a while waits. `sync` needs a Jaeger of 2.21 or newer: see `images.overrides`.",
    examples: ["sync"],
  });

const publish = z
  .strictObject({
    host: hostName.meta({
      description:
        "DNS name of the load balancer. The certificate carries it; external-dns makes it where there is one.",
      examples: ["elasticsearch.tracing.example"],
    }),
    ranges: z
      .array(cidr)
      .min(1)
      .meta({
        description:
          "Address ranges of Vault's servers and of the machines that run `pulumi up`: nobody else is let in.",
        examples: [["10.20.0.0/16"]],
      }),
    annotations: z
      .record(annotationKey, z.string())
      .default({})
      .meta({
        description:
          "Further annotations of the Service. Those that make a load balancer internal on AWS, Azure and Google are set.",
        examples: [{ "example.com/subnet": "internal" }],
      }),
  })
  .optional()
  .meta({
    description:
      "A way to this Elasticsearch from outside of the cluster, by an internal load balancer: for the engine, which makes users and templates, and for Vault, which sets passwords. Needed unless both are inside of the cluster.",
    absent: "no way from outside",
  });

const managed = z
  .strictObject({
    mode: z.literal("managed").meta({ description: "The stack runs Elasticsearch itself, in its own namespace." }),
    nodes: z
      .int()
      .min(1)
      .max(9)
      .refine((nodes) => nodes !== 2, "must be 1, or 3 and more: of two nodes none can go on without the other")
      .default(1)
      .meta({
        description:
          "Nodes that it has. From 3 on every index has a copy on another node, and the store goes on without one of them. From 1 to more the nodes are made anew on the same disks, with a pause; fewer is refused.",
        unit: "nodes",
        examples: [3],
      }),
    heapMib: z
      .number()
      .int()
      .min(256)
      .max(31_000)
      .default(1024)
      .meta({
        description: "JVM heap of each node. Its pod gets twice as much memory, and 512 MiB.",
        unit: "MiB",
        examples: [2048],
      }),
    storageGib: z
      .number()
      .int()
      .min(1)
      .max(100_000)
      .default(50)
      .meta({
        description:
          "Size of the data volume of each node. It can grow, if the storage class can expand volumes; it cannot shrink.",
        unit: "GiB",
        examples: [100],
      }),
    storageClass,
    snapshots,
    publish,
    lifecycle,
    writes,
  })
  .meta({ description: "The stack runs Elasticsearch itself." });

const external = z
  .strictObject({
    mode: z.literal("external").meta({ description: "The company's own cluster." }),
    endpoints: z
      .array(serverAddress)
      .min(1)
      .max(16)
      .refine((addresses) => new Set(addresses.map(originOf)).size === addresses.length, {
        error: "names one address twice: leave one of them out",
      })
      .meta({
        description:
          "Its addresses: of a load balancer, or of several nodes of the one cluster, so that the way to it does not hang on one of them. All are used, and where one is away the next; Vault's database engine takes one only, the first.",
        examples: [["https://elasticsearch.example:9200"]],
      }),
    caFile: filePath.meta({
      description: "PEM file with the CA of its certificate. Absolute, or from the project's root.",
      examples: ["trust/elasticsearch-ca.crt"],
    }),
    ranges: outsideRanges("its"),
    indexPrefix: z
      .string()
      .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?)?$/, "must be lower-case letters, digits and -, or empty")
      .max(63)
      .optional()
      .meta({
        description:
          'Begins the names of all indices, templates, roles and users of this stack, so that stacks can share the cluster. "" is for a stack that has it alone. Another one begins anew: what is stored under the old names is not read any more.',
        absent: "the stack's name",
        examples: ["tracing-prod"],
      }),
    lifecycle,
    writes,
  })
  .meta({ description: "The company's own cluster." });

/** As programs compare addresses: the port of https may be said or not, and hosts are in small letters. */
function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : address;
}

export const elasticsearch = z
  .discriminatedUnion("mode", [managed, external])
  .meta({ description: "Where traces are stored.", examples: [{ mode: "managed" }] });
