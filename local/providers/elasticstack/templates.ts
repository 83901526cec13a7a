import { z } from "zod";
import { json, set } from "../canonical.ts";
import type { Properties, Property, Table } from "../properties.ts";
import { toWire } from "../properties.ts";
import type { ResourceType } from "../resource-type.ts";
import type { ElasticsearchClient } from "./client.ts";
import { nameIn, step } from "./client.ts";
import * as common from "./schema.ts";

const templateSchema = z.strictObject({
  aliases: z.array(common.alias).optional(),
  mappings: common.jsonObject.optional(),
  settings: common.jsonObject.optional(),
});
type Template = z.infer<typeof templateSchema>;

const template: Property = { schema: templateSchema.optional(), default: {}, canonical: canonicalTemplate };
const version: Property = { schema: z.number().int().optional() };
const { name, metadata } = common;

function canonicalTemplate(value: unknown): unknown {
  const { aliases = [], mappings = "{}", settings = "{}" } = value as Template;
  return {
    aliases: common.canonicalAliases(aliases),
    mappings: json(mappings),
    settings: common.canonicalSettings(settings),
  };
}

function templateToWire({ aliases, mappings, settings }: Template): Properties {
  return common.given({
    aliases: aliases && common.aliasesToWire(aliases),
    mappings: mappings && common.parse(mappings),
    settings: settings && common.parse(settings),
  });
}

function templateFromWire({ aliases, mappings, settings }: Properties): Template {
  return common.given({
    aliases: aliases && common.aliasesFromWire(aliases),
    mappings: mappings && JSON.stringify(mappings),
    settings: settings && JSON.stringify(settings),
  });
}

/**
 * @param kind what the API calls it, in its path and as the key of its answer.
 * @param lists inputs that the provider sets to an empty list if they are not given.
 */
function templateType(
  kind: "component_template" | "index_template",
  inputs: Table,
  lists: readonly string[] = [],
): ResourceType<ElasticsearchClient> {
  const path = (of: unknown): string => `/_${kind}/${step(of)}`;
  const write = (client: ElasticsearchClient, values: Properties): Promise<void> => {
    const body = toWire(inputs, values, ["name", "template", "metadata"]);
    return client.put(path(values["name"]), {
      ...body,
      template: templateToWire(values["template"] ?? {}),
      ...(values["metadata"] ? { _meta: common.parse(values["metadata"]) } : {}),
    });
  };
  const outputs = (values: Properties): Properties =>
    Object.fromEntries(lists.map((list) => [list, values[list] ?? []]));
  return {
    inputs,
    outputs: lists,
    id: (values) => values["name"] as string,
    create: async (client, values) => {
      // Asked first: what fails after the write would leave an object that the engine does not know.
      const id = await client.id(values["name"] as string);
      await write(client, values);
      return { id, ...outputs(values) };
    },
    update: async (client, values) => {
      await write(client, values);
      return outputs(values);
    },
    read: async (client, _state, id) => {
      const answer = await client.find(path(nameIn(id)));
      const found = (answer?.[`${kind}s`] as Properties[] | undefined)?.[0]?.[kind] as Properties | undefined;
      if (!found) return undefined;
      const { index_patterns, composed_of, priority, allow_auto_create, version, _meta } = found;
      return {
        ...{ name: nameIn(id), indexPatterns: index_patterns, composedOfs: composed_of, priority },
        ignoreMissingComponentTemplates: found["ignore_missing_component_templates"] ?? [],
        ...{ allowAutoCreate: allow_auto_create, version, metadata: JSON.stringify(_meta ?? {}) },
        template: templateFromWire((found["template"] ?? {}) as Properties),
      };
    },
    delete: (client, state) => client.remove(path(state["name"])),
  };
}

export const componentTemplate = templateType("component_template", { name, template, metadata, version });

const list: Property = { schema: z.array(z.string()).optional(), default: [] };

export const indexTemplate = templateType(
  "index_template",
  {
    ...{ name, template, metadata, version },
    indexPatterns: { schema: z.array(z.string()).min(1), canonical: set },
    composedOfs: { ...list, wire: "composed_of" },
    ignoreMissingComponentTemplates: list,
    priority: { schema: z.number().int().min(0).optional() },
    allowAutoCreate: { schema: z.boolean().optional() },
  },
  ["composedOfs", "ignoreMissingComponentTemplates"],
);
