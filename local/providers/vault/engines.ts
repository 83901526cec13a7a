/** Secret engines and login methods: what is mounted, and tuned where it is. */
import { z } from "zod";
import { set, trimmed } from "../canonical.ts";
import type { Properties, Property, Table } from "../properties.ts";
import { fromWire, toWire } from "../properties.ts";
import type { ResourceType } from "../resource-type.ts";
import type { VaultClient } from "./client.ts";

const text = z.string();
const optionalText: Property = { schema: text.optional(), default: "" };
const seconds: Property = { schema: z.number().int().min(0).optional() };

/** One entry of Vault's list of mounts; asking for a single one gives 400 both for a wrong path and for none. */
async function mounted(client: VaultClient, kind: "mounts" | "auth", path: string): Promise<Properties | undefined> {
  const all = await client.read(`sys/${kind}`);
  return all?.[`${path}/`] as Properties | undefined;
}

export const mount: ResourceType<VaultClient> = {
  inputs: {
    // The real provider moves a mount to another path. Here the preview says that it is replaced, with what is in it.
    path: { schema: text.regex(/^[^/].*[^/]$|^[^/]$/, "must neither begin nor end with a slash"), replace: true },
    type: { schema: text, replace: true },
    description: optionalText,
    options: { schema: z.record(text, text).optional(), replace: true, default: {} },
    defaultLeaseTtlSeconds: seconds,
    maxLeaseTtlSeconds: seconds,
  },
  outputs: ["accessor"],
  id: ({ path }) => path as string,
  create: async (client, inputs) => {
    const { path, type, description, options } = inputs;
    await client.write(`sys/mounts/${path as string}`, { type, description, options, config: tuning(inputs) });
    return { accessor: (await mounted(client, "mounts", path as string))?.["accessor"] };
  },
  update: async (client, news) => {
    await client.write(`sys/mounts/${news["path"] as string}/tune`, {
      ...tuning(news),
      description: news["description"] ?? "",
    });
  },
  read: async (client, _state, id) => {
    const live = await mounted(client, "mounts", id);
    if (!live) return undefined;
    const { type, description, options, accessor } = live;
    const config = live["config"] as Record<string, number>;
    return {
      ...{ path: id, type, description, accessor, options: options ?? {} },
      ...{ defaultLeaseTtlSeconds: config["default_lease_ttl"], maxLeaseTtlSeconds: config["max_lease_ttl"] },
    };
  },
  delete: (client, { path }) => client.remove(`sys/mounts/${path as string}`),
};

function tuning({ defaultLeaseTtlSeconds = 0, maxLeaseTtlSeconds = 0 }: Properties): Properties {
  // 0 is the system's default.
  return { default_lease_ttl: defaultLeaseTtlSeconds, max_lease_ttl: maxLeaseTtlSeconds };
}

const authInputs: Table = {
  path: { schema: text.optional(), replace: true, default: "jwt" },
  type: { schema: z.enum(["jwt"]).optional(), replace: true, default: "jwt" },
  description: optionalText,
  boundIssuer: optionalText,
  defaultRole: optionalText,
  jwksUrl: optionalText,
  jwksCaPem: { ...optionalText, canonical: trimmed },
  jwtSupportedAlgs: { schema: z.array(text).optional(), canonical: set, default: [] },
  jwtValidationPubkeys: { schema: z.array(text).optional(), canonical: pems, default: [] },
  oidcDiscoveryUrl: optionalText,
  oidcDiscoveryCaPem: { ...optionalText, canonical: trimmed },
};

function pems(value: unknown): unknown {
  return set((value as unknown[]).map(trimmed));
}

const configured = async (client: VaultClient, inputs: Properties): Promise<Properties> => {
  const path = (inputs["path"] ?? "jwt") as string;
  await client.write(`auth/${path}/config`, toWire(authInputs, inputs, ["path", "type", "description"]));
  return { accessor: (await mounted(client, "auth", path))?.["accessor"] };
};

export const authBackend: ResourceType<VaultClient> = {
  inputs: authInputs,
  outputs: ["accessor"],
  id: ({ path }) => (path ?? "jwt") as string,
  create: async (client, inputs) => {
    const path = (inputs["path"] ?? "jwt") as string;
    await client.write(`sys/auth/${path}`, { type: inputs["type"] ?? "jwt", description: inputs["description"] });
    try {
      return await configured(client, inputs);
    } catch (error) {
      // A half-made method would be in the way of the next try.
      await client.remove(`sys/auth/${path}`);
      throw error;
    }
  },
  update: async (client, news) => {
    const path = (news["path"] ?? "jwt") as string;
    await client.write(`sys/auth/${path}/tune`, { description: news["description"] ?? "" });
    return configured(client, news);
  },
  read: async (client, _state, id) => {
    const live = await mounted(client, "auth", id);
    if (!live) return undefined;
    const config = (await client.read(`auth/${id}/config`)) ?? {};
    const { type, description, accessor } = live;
    return { ...fromWire(authInputs, config), path: id, type, description, accessor };
  },
  delete: (client, { path }) => client.remove(`sys/auth/${(path ?? "jwt") as string}`),
};
