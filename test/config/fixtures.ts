import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SettingsError } from "../../config/settings-error.ts";
import { parseSettings, type Settings } from "../../config/settings.ts";
import { catalogue } from "../fixtures/landscape.ts";

export type Raw = Record<string, unknown>;

/** The least that a stack must say. */
export const minimal = {
  access: {
    domain: "traces.example",
    vpnRanges: ["10.8.0.0/16"],
    ingress: {
      controller: "traefik",
      namespace: "ingress",
      podLabels: { "app.kubernetes.io/name": "traefik" },
      entryPoint: "internal",
    },
    oidc: { provider: "oidc", issuer: "https://login.example", clientId: "tracing", emailDomain: "company.example" },
    roles: { everybody: { groups: ["staff"], views: ["all", "shop", "crm", "mes"] } },
  },
  cluster: { serviceAccountKeysFile: "keys.json" },
  vault: { address: "https://vault.vault.svc:8200", caFile: "ca.crt" },
  elasticsearch: { mode: "managed" },
  retentionDays: 14,
};
export const external = { mode: "external", endpoints: ["https://elasticsearch.example:9200"], caFile: "ca.crt" };

export function parse(changes: Raw = {}): Settings {
  return parseSettings(catalogue, "dev", { ...minimal, ...changes });
}

/** What a person reads when settings are refused. */
export function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

/** A folder for the tests of one file. */
export function testFolder() {
  const directory = mkdtempSync(join(tmpdir(), "order-tracing-config-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  return {
    directory,
    /** Writes a file into it, and returns its name there. */
    file: (name: string, content: string): string => {
      writeFileSync(join(directory, name), content);
      return name;
    },
  };
}
