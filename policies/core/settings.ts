import { z } from "zod";
import { isNetwork } from "./networks.ts";

const network = z
  .string()
  .refine(isNetwork, { error: ({ input }) => `${JSON.stringify(input)} is no network; write one like "10.8.0.0/16"` });

const day = z.iso.date({ error: ({ input }) => `${JSON.stringify(input)} is no day; write one like "2027-01-31"` });
const said = (minimum: number) => z.string().trim().min(minimum);

const exception = z.strictObject({
  policy: said(1).meta({ description: "Name of the policy" }),
  resource: said(1).meta({
    description: "Name of the resource, or its URN when there is a colon in it; `*` stands for any text",
  }),
  property: said(1).optional().meta({ description: "Only findings about this property and what is in it" }),
  reason: said(10).meta({ description: "Why it is right here" }),
  owner: said(2).meta({ description: "Who answers for it" }),
  lastDay: day.meta({ description: "Last day on which it holds; after it, the exception itself is an error" }),
});

export type Exception = z.infer<typeof exception>;

const protectedPort = z.strictObject({
  port: z.int().min(1).max(65535),
  name: said(1).meta({ description: "What listens there" }),
});

/** What several policies need to know. All defaults are the strict ones: an empty list lets nobody in. */
export const settings = z.strictObject({
  ranges: z
    .array(network)
    .default([])
    .meta({ description: "Networks that may be let in from outside of the cluster: the VPN, and other internal ones" }),
  domains: z
    .array(said(1))
    .default([])
    .meta({ description: "Domains of the company: spans may go to hosts in them, and Services stand for such hosts" }),
  groups: z
    .array(said(1))
    .default([])
    .meta({ description: "Groups of people that are separated: a resource of one of them may not name another one" }),
  views: z
    .array(said(1))
    .default([])
    .meta({ description: "Names beside the groups that may read all of them, such as `all`" }),
  ports: z
    .array(protectedPort)
    .default([
      { port: 16685, name: "Jaeger's query API" },
      { port: 16686, name: "Jaeger's UI" },
      { port: 9200, name: "Elasticsearch" },
      { port: 9300, name: "Elasticsearch between its nodes" },
      { port: 5601, name: "Kibana" },
      { port: 8200, name: "Vault" },
      { port: 8201, name: "Vault between its nodes" },
      { port: 4317, name: "a collector (OTLP, gRPC)" },
      { port: 4318, name: "a collector (OTLP, HTTP)" },
      { port: 14250, name: "a collector (Jaeger, gRPC)" },
      { port: 14268, name: "a collector (Jaeger, HTTP)" },
      { port: 9411, name: "a collector (Zipkin)" },
    ])
    .meta({ description: "Ports that nothing outside of the cluster reaches, but for `direct`" }),
  direct: z
    .record(z.string().regex(/^\d+$/), z.array(network))
    .default({})
    .meta({ description: "Networks that may reach one of `ports` without a proxy, by port" }),
  exceptions: z.array(exception).default([]).meta({ description: "Findings that are accepted for a time" }),
});

export type Settings = z.infer<typeof settings>;
