/**
 * Stand-in for the Vault provider, whose plugin comes from the internet only: the same types and names for the
 * resources that the stack uses, against the real Vault. For the local environment alone.
 */
import { z } from "zod";
import { packageVersion } from "../../versions.ts";
import { serveProvider } from "../provider-server.ts";
import { VaultClient } from "./client.ts";
import { resources } from "./resources.ts";

const text = z.string();

await serveProvider({
  name: "vault",
  version: packageVersion("@pulumi/vault"),
  settings: {
    address: { schema: text.optional() },
    namespace: { schema: text.optional() },
    token: { schema: text.optional() },
    caCertFile: { schema: text.optional() },
    maxRetries: { schema: text.optional() },
    maxLeaseTtlSeconds: { schema: text.optional() },
    skipChildToken: { schema: text.optional() },
    // The real provider asks for the version to know what Vault can do. Here it is always the same one.
    skipGetVaultVersion: { schema: text.optional() },
  },
  connect: (settings) => new VaultClient(settings),
  resources,
});
