import { z } from "zod";
import { json, set } from "../canonical.ts";
import type { Properties, Property, Table } from "../properties.ts";
import { fromWire, toWire } from "../properties.ts";
import type { ResourceType } from "../resource-type.ts";
import type { ElasticsearchClient } from "./client.ts";
import { nameIn, step } from "./client.ts";
import * as common from "./schema.ts";

const optionalText: Property = { schema: z.string().optional(), default: "" };
const names: Property = { schema: z.array(z.string()).optional(), canonical: set, default: [] };
const metadata: Property = { schema: common.jsonObject.optional(), canonical: json, default: "{}" };
const privileges = z.strictObject({ names: z.array(z.string()).min(1), privileges: z.array(z.string()).min(1) });

interface SecurityObject {
  kind: "role" | "user";
  inputs: Table;
  /** The property with its name. */
  key: string;
  /** What the server tells in another form. */
  live?: (found: Properties) => Properties;
  /** Properties that an update leaves alone unless they change. */
  keep?: readonly string[];
}

/** A write replaces the whole object, so an update is one as well. */
function securityObject({ kind, inputs, key, live, keep = [] }: SecurityObject): ResourceType<ElasticsearchClient> {
  const path = (name: unknown): string => `/_security/${kind}/${step(name)}`;
  const write = (client: ElasticsearchClient, values: Properties, omit: readonly string[]): Promise<void> =>
    client.put(path(values[key]), {
      ...toWire(inputs, values, [key, "metadata", ...omit]),
      metadata: common.parse(values["metadata"] ?? "{}"),
    });
  return {
    inputs,
    id: (values) => values[key] as string,
    create: async (client, values) => {
      const id = await client.id(values[key] as string);
      await write(client, values, []);
      return { id };
    },
    update: (client, news, olds) =>
      write(
        client,
        news,
        keep.filter((name) => news[name] === olds[name]),
      ),
    read: async (client, _state, id) => {
      const found = (await client.find(path(nameIn(id))))?.[nameIn(id)] as Properties | undefined;
      if (!found) return undefined;
      const told = { ...fromWire(inputs, found), metadata: JSON.stringify(found["metadata"] ?? {}) };
      return { ...told, ...live?.(found), [key]: nameIn(id) };
    },
    delete: (client, values) => client.remove(path(values[key])),
  };
}

export const role = securityObject({
  kind: "role",
  key: "name",
  inputs: {
    name: common.name,
    description: optionalText,
    clusters: { ...names, wire: "cluster" },
    indices: { schema: z.array(privileges).optional(), canonical: canonicalIndices, default: [] },
    runAs: names,
    metadata,
  },
  live: (found) => ({
    indices: ((found["indices"] ?? []) as Properties[]).map(({ names, privileges, ...more }) => {
      // `false` is what was never asked for; anything else is a difference to be seen.
      const { allow_restricted_indices, ...rest } = more;
      return { names, privileges, ...rest, ...(allow_restricted_indices ? { allow_restricted_indices } : {}) };
    }),
  }),
});

export const user = securityObject({
  kind: "user",
  key: "username",
  inputs: {
    username: common.name,
    roles: { schema: z.array(z.string()), canonical: set },
    // Elasticsearch never tells it, and somebody else rotates the password: an update must not bring the first one back.
    passwordHash: { schema: z.string().optional(), writeOnly: true },
    enabled: { schema: z.boolean().optional(), default: true },
    fullName: optionalText,
    email: optionalText,
    metadata,
  },
  keep: ["passwordHash"],
});

function canonicalIndices(value: unknown): unknown {
  const entries = (value as Properties[]).map((entry) => ({
    ...entry,
    ...{ names: set(entry["names"]), privileges: set(entry["privileges"]) },
  }));
  return set(entries);
}
