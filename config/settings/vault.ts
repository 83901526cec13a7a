import { z } from "zod";
import { filePath, serverAddress, vaultMount } from "../text-types.ts";
import { outsideRanges } from "./outside-ranges.ts";

export const vault = z
  .strictObject({
    address: serverAddress.meta({
      description: "Vault's address, for pods, for the engine and for the commands.",
      examples: ["https://vault.example:8200"],
    }),
    caFile: filePath.meta({
      description: "PEM file with the CA of Vault's own certificate. Absolute, or from the project's root.",
      examples: ["trust/company-ca.crt"],
    }),
    ranges: outsideRanges("Vault's"),
    namespace: vaultMount.optional().meta({
      description: "Namespace of Vault Enterprise or HCP that all of the stack's paths are in.",
      absent: "the root namespace; the only one of Vault's community edition",
      examples: ["admin/tracing"],
    }),
    elasticsearchCaPath: filePath.optional().meta({
      description: "Where Vault's own servers hold the CA of Elasticsearch's certificate.",
      absent: "their system's CAs",
      examples: ["/etc/vault/company-ca.crt"],
    }),
    kvMount: vaultMount.default("secret").meta({
      description: "The company's mount of the KV version 2 engine.",
      examples: ["company/kv"],
    }),
    pkiMount: vaultMount.default("pki").meta({
      description: "The company's mount of the PKI engine: it signs the stack's intermediate CA.",
      examples: ["company/pki"],
    }),
    pkiRootFile: filePath.optional().meta({
      description:
        "PEM file with the root that `pkiMount` is below, or is: agents and people verify the stack's certificates by it. " +
        "Absolute, or from the project's root.",
      absent: "`caFile`: one root for Vault's own certificate and for what Vault issues",
      examples: ["trust/company-root.crt"],
    }),
    authorityDays: z
      .int()
      .min(90)
      .max(3650)
      .default(365)
      .meta({
        description:
          "Lifetime of the stack's CA, days. The first `up` of each third of it has it signed anew, so it outlives at least " +
          "two thirds without an `up`. `pkiMount`'s own CA must live longer.",
        unit: "days",
        examples: [730],
      }),
  })
  .meta({ description: "The company's Vault." });
