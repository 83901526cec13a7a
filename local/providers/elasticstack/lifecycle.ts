import { z } from "zod";
import { json } from "../canonical.ts";
import type { Properties, Property } from "../properties.ts";
import type { ResourceType } from "../resource-type.ts";
import type { ElasticsearchClient } from "./client.ts";
import { nameIn, step } from "./client.ts";
import * as common from "./schema.ts";

const number = z.number().int().min(0);
const text = z.string();
const writable = {
  minAge: text.optional(),
  setPriority: z.strictObject({ priority: number }).optional(),
  readonly: z.strictObject({ enabled: z.boolean().optional() }).optional(),
  forcemerge: z.strictObject({ maxNumSegments: number }).optional(),
};
const rollover = z.strictObject({
  ...{ maxAge: text.optional(), maxDocs: number.optional() },
  ...{ maxSize: text.optional(), maxPrimaryShardSize: text.optional() },
});
const deletion = z.strictObject({ deleteSearchableSnapshot: z.boolean().optional() });

const phase = (schema: z.ZodType): Property => ({ schema: schema.optional(), canonical: phaseToWire });
const phases = {
  hot: phase(z.strictObject({ ...writable, rollover: rollover.optional() })),
  warm: phase(z.strictObject(writable)),
  delete: phase(z.strictObject({ minAge: text.optional(), delete: deletion.optional() })),
};

const path = (name: unknown): string => `/_ilm/policy/${step(name)}`;

async function write(client: ElasticsearchClient, inputs: Properties): Promise<Properties> {
  const given = Object.keys(phases).filter((name) => inputs[name] !== undefined);
  await client.put(path(inputs["name"]), {
    policy: {
      phases: Object.fromEntries(given.map((name) => [name, phaseToWire(inputs[name])])),
      ...(inputs["metadata"] ? { _meta: common.parse(inputs["metadata"]) } : {}),
    },
  });
  const live = await client.find(path(inputs["name"]));
  const modifiedDate = (live?.[inputs["name"] as string] as Properties | undefined)?.["modified_date"];
  return { forceDestroy: inputs["forceDestroy"] ?? false, modifiedDate };
}

/** A policy of index lifecycle management. The distribution of the local environment has none: it answers with an error. */
export const lifecycle: ResourceType<ElasticsearchClient> = {
  inputs: {
    ...{ name: common.name, ...phases, metadata: { ...common.metadata, canonical: json } },
    forceDestroy: { schema: z.boolean().optional(), default: false, writeOnly: true },
  },
  outputs: ["forceDestroy", "modifiedDate"],
  id: ({ name }) => name as string,
  create: async (client, inputs) => ({
    id: await client.id(inputs["name"] as string),
    ...(await write(client, inputs)),
  }),
  update: write,
  read: async (client, _state, id) => {
    const found = (await client.find(path(nameIn(id))))?.[nameIn(id)] as Properties | undefined;
    if (!found) return undefined;
    const policy = found["policy"] as { phases: Record<string, Properties>; _meta?: Properties };
    const live = Object.entries(policy.phases).map(([name, value]) => [name, phaseFromWire(value)] as const);
    return {
      ...Object.fromEntries(live),
      ...{ name: nameIn(id), metadata: JSON.stringify(policy._meta ?? {}), modifiedDate: found["modified_date"] },
    };
  },
  delete: async (client, { name, forceDestroy }) => {
    if (forceDestroy === true) await release(client, name as string);
    await client.remove(path(name));
  },
};

/** Takes the policy off its indices: Elasticsearch does not delete one that is in use. */
async function release(client: ElasticsearchClient, name: string): Promise<void> {
  const found = (await client.find(path(name)))?.[name] as { in_use_by?: { indices?: string[] } } | undefined;
  const indices = found?.in_use_by?.indices ?? [];
  if (indices.length === 0) return;
  await client.put(`/${indices.map(step).join(",")}/_settings`, { "index.lifecycle.name": null });
}

/** A phase as the API takes it, with the defaults said: the form of comparison, too. */
function phaseToWire(value: unknown): Properties {
  const { minAge = "0ms", readonly, delete: remove, ...actions } = value as Record<string, Properties | undefined>;
  const named = Object.entries(actions).map(([action, options]) => [snake(action), renamed(options ?? {}, snake)]);
  return {
    min_age: minAge,
    actions: {
      ...(Object.fromEntries(named) as Properties),
      ...(readonly && readonly["enabled"] !== false ? { readonly: {} } : {}),
      ...(remove ? { delete: { delete_searchable_snapshot: remove["deleteSearchableSnapshot"] ?? true } } : {}),
    },
  };
}

function phaseFromWire({ min_age, actions }: Properties): Properties {
  const named = Object.entries(actions as Record<string, Properties>).map(([action, options]) => [
    camel(action),
    renamed(options, camel),
  ]);
  return { minAge: min_age, ...(Object.fromEntries(named) as Properties) };
}

function renamed(value: Properties, by: (name: string) => string): Properties {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [by(key), inner]));
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
