import { z } from "zod";
import { filePath, serverAddress, vaultMount } from "../text-types.ts";

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
  })
  .meta({ description: "The company's Vault." });
