/** Secret engines and login methods: what is mounted, and tuned where it is. */
import { z } from "zod";
import { trimmed } from "../canonical.ts";
import type { Properties, Property, Table } from "../properties.ts";
import { fromWire, toWire } from "../properties.ts";
import type { ResourceType } from "../resource-type.ts";
import type { VaultClient } from "./client.ts";

const text = z.string();
const optionalText: Property = { schema: text.optional(), default: "" };
const seconds: Property = { schema: z.number().int().min(0).optional() };

/** Asks for the single one, as the real provider does: a token's policy need not allow the list of all. */
export function mounted(client: VaultClient, kind: "mounts" | "auth", path: string): Promise<Properties | undefined> {
  return client.read(`sys/${kind}/${path}`);
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
  // The real provider writes it at creation only and never looks at it again.
  description: { ...optionalText, writeOnly: true },
  boundIssuer: optionalText,
  defaultRole: optionalText,
  jwksUrl: optionalText,
  jwksCaPem: { ...optionalText, canonical: trimmed },
  jwtSupportedAlgs: { schema: z.array(text).optional(), default: [] },
  // Order and exact text count.
  jwtValidationPubkeys: { schema: z.array(text).optional(), default: [] },
  oidcDiscoveryUrl: optionalText,
  oidcDiscoveryCaPem: { ...optionalText, canonical: trimmed },
};

/** Where the keys come from that login tokens are verified with. */
const keySources = ["oidcDiscoveryUrl", "jwksUrl", "jwtValidationPubkeys"];
/** In the words of the real provider, which does not notice two of them either: Vault does. */
const oneKeySource =
  "exactly one of oidc_discovery_url, jwks_url, jwks_pairs, or jwt_validation_pubkeys should be provided";

function given(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== "";
}

const configured = async (client: VaultClient, inputs: Properties): Promise<Properties> => {
  const path = (inputs["path"] ?? "jwt") as string;
  await client.write(`auth/${path}/config`, toWire(authInputs, inputs, ["path", "type", "description"]));
  return { accessor: (await mounted(client, "auth", path))?.["accessor"] };
};

export const authBackend: ResourceType<VaultClient> = {
  inputs: authInputs,
  outputs: ["accessor"],
  check: (inputs) => (keySources.some((source) => given(inputs[source])) ? [] : [oneKeySource]),
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
  update: configured,
  read: async (client, _state, id) => {
    const live = await mounted(client, "auth", id);
    if (!live) return undefined;
    const config = (await client.read(`auth/${id}/config`)) ?? {};
    // The real provider reads how the method is tuned, too.
    await client.read(`sys/auth/${id}/tune`);
    const { type, accessor } = live;
    return { ...fromWire(authInputs, config), path: id, type, accessor };
  },
  delete: (client, { path }) => client.remove(`sys/auth/${(path ?? "jwt") as string}`),
};
