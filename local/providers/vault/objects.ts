/** What lives under one path of Vault: a write makes or changes it, a read tells it, a delete takes it away. */
import { z } from "zod";
import { seconds, set } from "../canonical.ts";
import type { Properties, Property, Table } from "../properties.ts";
import { fromWire, toWire } from "../properties.ts";
import type { ResourceType } from "../resource-type.ts";
import type { VaultClient } from "./client.ts";

const text = z.string();
const flag: Property = { schema: z.boolean().optional(), default: false };
/** The order counts, in what is compared. */
const ordered: Property = { schema: z.array(text).optional(), default: [] };
const list: Property = { schema: z.array(text).optional(), canonical: set, default: [] };
/** Number or text of seconds, or text such as `24h`. Vault answers in seconds. */
const duration: Property = { schema: z.union([z.number(), text]).optional(), canonical: seconds, default: 0 };
const required: Property = { schema: text, replace: true };

interface VaultObject {
  inputs: Table;
  /** The id, which in the real provider is the path. */
  path: (inputs: Properties) => string;
  /** Names the path, so not in the body. */
  keys: readonly string[];
}

function vaultObject({ inputs, path, keys }: VaultObject): ResourceType<VaultClient> {
  const write = async (client: VaultClient, values: Properties): Promise<void> => {
    await client.write(path(values), toWire(inputs, values, keys));
  };
  return {
    inputs,
    id: path,
    create: write,
    // A write sets the properties that it names; one that is no longer given has to be named with its default.
    update: (client, news, olds) => write(client, { ...defaults(inputs, news, olds), ...news }),
    read: async (client, state, id) => {
      const data = await client.read(id);
      const known = Object.fromEntries(keys.map((key) => [key, state[key]]));
      return data && { ...fromWire(inputs, data), ...known };
    },
    delete: (client, state) => client.remove(path(state)),
  };
}

function defaults(table: Table, news: Properties, olds: Properties): Properties {
  const dropped = Object.keys(table).filter((name) => olds[name] !== undefined && news[name] === undefined);
  return Object.fromEntries(dropped.map((name) => [name, table[name]?.default]));
}

export const policy: ResourceType<VaultClient> = {
  ...vaultObject({
    inputs: { name: required, policy: { schema: text } },
    keys: ["name"],
    path: ({ name }) => `sys/policies/acl/${name as string}`,
  }),
  id: ({ name }) => name as string,
  read: async (client, _state, id) => {
    const data = await client.read(`sys/policies/acl/${id}`);
    return data && { name: id, policy: data["policy"] };
  },
};

export const authBackendRole = vaultObject({
  inputs: {
    backend: { schema: text.optional(), replace: true, default: "jwt" },
    roleName: required,
    roleType: { schema: z.enum(["jwt", "oidc"]).optional(), default: "oidc", replace: true },
    userClaim: { schema: text },
    boundAudiences: list,
    boundSubject: { schema: text.optional(), default: "" },
    boundClaims: { schema: z.record(text, text).optional(), default: {} },
    boundClaimsType: { schema: z.enum(["string", "glob"]).optional(), default: "string" },
    claimMappings: { schema: z.record(text, text).optional(), default: {} },
    clockSkewLeeway: duration,
    expirationLeeway: duration,
    notBeforeLeeway: duration,
    tokenPolicies: list,
    tokenTtl: duration,
    tokenMaxTtl: duration,
    tokenPeriod: duration,
    tokenExplicitMaxTtl: duration,
    tokenNoDefaultPolicy: flag,
    tokenNumUses: duration,
    tokenType: { schema: text.optional(), default: "default" },
  },
  keys: ["backend", "roleName"],
  path: ({ backend = "jwt", roleName }) => `auth/${backend as string}/role/${roleName as string}`,
});

export const pkiRole = vaultObject({
  inputs: {
    backend: required,
    name: required,
    issuerRef: { schema: text.optional(), default: "default" },
    allowAnyName: flag,
    allowBareDomains: flag,
    allowGlobDomains: flag,
    allowIpSans: { ...flag, default: true },
    allowLocalhost: { ...flag, default: true },
    allowSubdomains: flag,
    allowWildcardCertificates: { ...flag, default: true },
    allowedDomains: ordered,
    allowedDomainsTemplate: flag,
    allowedUriSans: ordered,
    clientFlag: { ...flag, default: true },
    codeSigningFlag: flag,
    emailProtectionFlag: flag,
    enforceHostnames: { ...flag, default: true },
    extKeyUsages: { ...ordered, wire: "ext_key_usage" },
    generateLease: flag,
    keyBits: { schema: z.number().optional(), default: 2048 },
    keyType: { schema: z.enum(["rsa", "ec", "ed25519", "any"]).optional(), default: "rsa" },
    keyUsages: { ...ordered, wire: "key_usage", default: ["DigitalSignature", "KeyAgreement", "KeyEncipherment"] },
    maxTtl: duration,
    noStore: flag,
    notBeforeDuration: { ...duration, default: 30 },
    organizations: { ...ordered, wire: "organization" },
    organizationUnit: { ...ordered, wire: "ou" },
    requireCn: { ...flag, default: true },
    serverFlag: { ...flag, default: true },
    ttl: duration,
    useCsrCommonName: { ...flag, default: true },
    useCsrSans: { ...flag, default: true },
  },
  keys: ["backend", "name"],
  path: ({ backend, name }) => `${backend as string}/roles/${name as string}`,
});

/** Which of a mount's CAs issues. Deleting it changes nothing in Vault. */
export const issuersConfig: ResourceType<VaultClient> = {
  ...vaultObject({
    inputs: {
      backend: required,
      default: { schema: text.optional(), default: "" },
      defaultFollowsLatestIssuer: flag,
    },
    keys: ["backend"],
    path: ({ backend }) => `${backend as string}/config/issuers`,
  }),
  delete: () => Promise.resolve(),
};

export const staticRole = vaultObject({
  inputs: {
    backend: required,
    name: required,
    dbName: required,
    username: required,
    rotationPeriod: { schema: z.number().int().min(5).optional(), canonical: seconds },
    rotationSchedule: { schema: text.optional(), default: "" },
    rotationWindow: { schema: z.number().optional(), canonical: seconds },
    rotationStatements: { schema: z.array(text).optional(), default: [] },
  },
  keys: ["backend", "name"],
  path: ({ backend, name }) => `${backend as string}/static-roles/${name as string}`,
});
