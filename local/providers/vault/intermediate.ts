/**
 * The steps from a key that never leaves Vault to an intermediate CA. Each is an act: it is done again, not changed. As the
 * real provider, they look neither for the key nor for the certificate afterwards: what is lost in Vault stays in the state.
 */
import { z } from "zod";
import { seconds, trimmed } from "../canonical.ts";
import type { Properties, Property, Table } from "../properties.ts";
import { toWire } from "../properties.ts";
import type { ResourceType } from "../resource-type.ts";
import type { VaultClient } from "./client.ts";
import { mounted } from "./engines.ts";

const text = z.string();
const once = (schema: z.ZodType): Property => ({ schema, replace: true });
const optionalText = once(text.optional());

const requestInputs: Table = {
  backend: once(text),
  type: once(
    z.literal("internal", { error: "only `internal`: any other type puts the private key into the engine's state" }),
  ),
  commonName: once(text),
  format: once(z.enum(["pem", "der", "pem_bundle"]).optional()),
  keyType: once(z.enum(["rsa", "ec", "ed25519"]).optional()),
  keyBits: once(z.number().optional()),
  keyName: optionalText,
  organization: optionalText,
  ou: optionalText,
  excludeCnFromSans: once(z.boolean().optional()),
  addBasicConstraints: once(z.boolean().optional()),
};

export const certRequest: ResourceType<VaultClient> = {
  inputs: requestInputs,
  coexists: true,
  outputs: ["csr", "keyId"],
  id: requestPath,
  create: async (client, inputs) => {
    const path = requestPath(inputs);
    const { csr, key_id: keyId } = await client.write(path, toWire(requestInputs, inputs, ["backend", "type"]));
    return { csr, keyId };
  },
  read: (_client, state) => Promise.resolve(state),
};

/** Vault 1.11 and newer: the one that a token's policy has to name. */
function requestPath({ backend }: Properties): string {
  return `${backend as string}/issuers/generate/intermediate/internal`;
}

const signInputs: Table = {
  backend: once(text),
  csr: { ...once(text), canonical: trimmed },
  commonName: once(text),
  // A change is accepted and has no effect: the certificate stays as it was signed.
  ttl: { schema: z.union([z.number(), text]).optional(), canonical: seconds },
  format: once(z.enum(["pem", "der", "pem_bundle"]).optional()),
  issuerRef: { schema: text.optional() },
  maxPathLength: once(z.number().optional()),
  organization: optionalText,
  ou: optionalText,
  excludeCnFromSans: once(z.boolean().optional()),
  useCsrValues: once(z.boolean().optional()),
  permittedDnsDomains: once(z.array(text).optional()),
  revoke: { schema: z.boolean().optional(), writeOnly: true },
};

export const signIntermediate: ResourceType<VaultClient> = {
  inputs: signInputs,
  coexists: true,
  outputs: ["certificate", "issuingCa", "caChains", "certificateBundle", "serialNumber"],
  id: ({ backend, commonName }) => `${backend as string}/${commonName as string}`,
  create: async (client, inputs) => {
    const { backend, issuerRef } = inputs as Record<string, string>;
    const path = `${backend}/${issuerRef ? `issuer/${issuerRef}` : "root"}/sign-intermediate`;
    const { certificate, issuing_ca, ca_chain, serial_number } = await client.write(
      path,
      toWire(signInputs, inputs, ["backend", "issuerRef", "revoke"]),
    );
    const caChains = (ca_chain ?? [issuing_ca]) as string[];
    return {
      ...{ certificate, issuingCa: issuing_ca, caChains, serialNumber: serial_number },
      certificateBundle: [certificate as string, ...caChains].join("\n"),
    };
  },
  update: () => Promise.resolve(),
  read: (_client, state) => Promise.resolve(state),
  delete: async (client, state) => {
    if (state["revoke"] !== true) return;
    await client.write(`${state["backend"] as string}/revoke`, { serial_number: state["serialNumber"] });
  },
};

/** An act as well: issuers that are there already stay as they are, and nothing is ever taken away. */
export const configCa: ResourceType<VaultClient> = {
  inputs: { backend: once(text), pemBundle: { ...once(text), canonical: trimmed } },
  coexists: true,
  outputs: [],
  id: ({ backend }) => `${backend as string}/config/ca`,
  create: async (client, { backend, pemBundle }) => {
    await client.write(`${backend as string}/config/ca`, { pem_bundle: pemBundle });
    return {};
  },
  read: (_client, state) => Promise.resolve(state),
};

export const setSigned: ResourceType<VaultClient> = {
  inputs: { backend: once(text), certificate: { ...once(text), canonical: trimmed } },
  coexists: true,
  outputs: ["importedIssuers", "importedKeys"],
  id: ({ backend }) => `${backend as string}/intermediate/set-signed`,
  create: async (client, { backend, certificate }) => {
    const told = await client.write(`${backend as string}/intermediate/set-signed`, { certificate });
    return { importedIssuers: told["imported_issuers"] ?? [], importedKeys: told["imported_keys"] ?? [] };
  },
  read: async (client, state) => ((await mounted(client, "mounts", state["backend"] as string)) ? state : undefined),
};
