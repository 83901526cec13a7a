import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { json } from "../canonical.ts";
import type { Properties } from "../properties.ts";
import type { ResourceType } from "../resource-type.ts";
import type { ElasticsearchClient } from "./client.ts";
import { nameIn, step } from "./client.ts";
import * as common from "./schema.ts";
import type { Alias } from "./schema.ts";

/** What the provider sets if it is not given: about its own work, Elasticsearch does not keep it. */
const defaults: Properties = {
  ...{ deletionProtection: true, useExisting: false },
  ...{ masterTimeout: "30s", timeout: "30s", waitForActiveShards: "1" },
};

const count = z.number().int().min(0);

/** One index. Templates add settings, mappings and aliases to it: only what the user gave is compared. */
export const index: ResourceType<ElasticsearchClient> = {
  inputs: {
    name: common.name,
    aliases: { schema: z.array(common.alias).optional(), default: [], canonical: common.canonicalAliases },
    mappings: { schema: common.jsonObject.optional(), canonical: json },
    numberOfShards: { schema: count.optional(), replace: true },
    numberOfReplicas: { schema: count.optional() },
    refreshInterval: { schema: z.string().optional() },
    deletionProtection: { schema: z.boolean().optional(), default: defaults["deletionProtection"], writeOnly: true },
    useExisting: { schema: z.boolean().optional(), default: defaults["useExisting"], writeOnly: true },
    masterTimeout: { schema: z.string().optional(), default: defaults["masterTimeout"], writeOnly: true },
    timeout: { schema: z.string().optional(), default: defaults["timeout"], writeOnly: true },
    waitForActiveShards: { schema: z.string().optional(), default: defaults["waitForActiveShards"], writeOnly: true },
  },
  outputs: ["concreteName", "settingsRaw", ...Object.keys(defaults)],
  id: ({ name }) => name as string,
  create: async (client, inputs) => {
    const { name, useExisting } = inputs;
    const id = await client.id(name as string);
    const existing = useExisting === true ? await client.find(`/${step(name)}`) : undefined;
    if (existing) {
      refuseOtherShards(inputs, existing);
      await change(client, inputs, {});
    } else {
      const mappings = inputs["mappings"] && common.parse(inputs["mappings"]);
      const aliases = common.aliasesToWire((inputs["aliases"] ?? []) as Alias[]);
      await client.put(`/${step(name)}?${waits(inputs)}`, {
        settings: { index: settings(inputs) },
        aliases,
        ...(mappings ? { mappings } : {}),
      });
    }
    return { id, ...(await outputs(client, inputs)) };
  },
  update: async (client, news, olds) => {
    await change(client, news, olds);
    return outputs(client, news);
  },
  read: async (client, state, id) => {
    const answer = (await client.find(`/${step(nameIn(id))}`))?.[nameIn(id)] as Properties | undefined;
    if (!answer) return undefined;
    const live = (answer["settings"] as { index: Properties }).index;
    const names = ((state["aliases"] ?? []) as Alias[]).map(({ name }) => name);
    const given = state["mappings"] as string | undefined;
    return {
      name: nameIn(id),
      aliases: common.aliasesFromWire(answer["aliases"]).filter(({ name }) => names.includes(name)),
      mappings: given && contains(answer["mappings"], JSON.parse(given)) ? given : JSON.stringify(answer["mappings"]),
      numberOfShards: Number(live["number_of_shards"]),
      numberOfReplicas: Number(live["number_of_replicas"]),
      refreshInterval: live["refresh_interval"],
      concreteName: nameIn(id),
      settingsRaw: JSON.stringify(answer["settings"]),
    };
  },
  delete: async (client, { name, deletionProtection }) => {
    if (deletionProtection !== false) {
      throw new Error(
        `index ${name as string} is protected: apply \`deletionProtection: false\` first, on its own, then delete or replace it`,
      );
    }
    await client.remove(`/${step(name)}`);
  },
};

function waits(inputs: Properties): string {
  const given = { ...defaults, ...inputs } as Record<string, string>;
  return new URLSearchParams({
    ...{ master_timeout: given["masterTimeout"]!, timeout: given["timeout"]! },
    wait_for_active_shards: given["waitForActiveShards"]!,
  }).toString();
}

function settings({ numberOfShards, numberOfReplicas, refreshInterval }: Properties): Properties {
  return common.given({
    ...{ number_of_shards: numberOfShards, number_of_replicas: numberOfReplicas },
    refresh_interval: refreshInterval,
  });
}

/** What can be changed while the index is there. Elasticsearch itself refuses a change of a field's type, and says so. */
async function change(client: ElasticsearchClient, news: Properties, olds: Properties): Promise<void> {
  const path = `/${step(news["name"])}`;
  const dynamic = settings({ ...news, numberOfShards: undefined });
  // null gives a setting its default back.
  const dropped = Object.keys(settings(olds)).filter((key) => key !== "number_of_shards" && !(key in dynamic));
  const body = { ...Object.fromEntries(dropped.map((key) => [key, null])), ...dynamic };
  if (Object.keys(body).length > 0) await client.put(`${path}/_settings`, { index: body });
  if (news["mappings"] && news["mappings"] !== olds["mappings"]) {
    await client.put(`${path}/_mapping`, common.parse(news["mappings"]));
  }
  const wanted = common.aliasesToWire((news["aliases"] ?? []) as Alias[]);
  const gone = ((olds["aliases"] ?? []) as Alias[]).filter(({ name }) => !(name in wanted));
  const actions = [
    ...gone.map(({ name }) => ({ remove: { index: news["name"], alias: name, must_exist: false } })),
    ...Object.entries(wanted).map(([alias, is]) => ({ add: { index: news["name"], alias, ...(is as Properties) } })),
  ];
  if (actions.length > 0) await client.post("/_aliases", { actions });
}

async function outputs(client: ElasticsearchClient, inputs: Properties): Promise<Properties> {
  const name = inputs["name"] as string;
  const live = (await client.find(`/${step(name)}`))?.[name] as Properties | undefined;
  const settingsRaw = JSON.stringify(live?.["settings"] ?? {});
  const own = Object.keys(defaults).map((property) => [property, inputs[property] ?? defaults[property]]);
  return { ...(Object.fromEntries(own) as Properties), concreteName: name, settingsRaw };
}

function refuseOtherShards({ name, numberOfShards }: Properties, existing: Properties): void {
  const { index } = (existing[name as string] as { settings: { index: Properties } }).settings;
  if (numberOfShards === undefined || Number(index["number_of_shards"]) === numberOfShards) return;
  throw new Error(
    `index ${name as string} exists with ${String(index["number_of_shards"])} shards, not ${numberOfShards as number}; shards cannot be changed: delete it, or set numberOfShards to what it has`,
  );
}

/** True if everything in `part` is in `whole`. */
function contains(whole: unknown, part: unknown): boolean {
  if (typeof part !== "object" || part === null || Array.isArray(part)) return isDeepStrictEqual(whole, part);
  const all = (typeof whole === "object" ? whole : undefined) as Properties | null | undefined;
  return Object.entries(part).every(([key, value]) => contains(all?.[key], value));
}
