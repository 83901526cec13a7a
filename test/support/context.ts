import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../../config/context.ts";
import { resolveLandscape } from "../../config/landscape.ts";
import { parseSettings } from "../../config/settings.ts";
import { catalogue } from "../fixtures/landscape.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "../fixtures", name), "utf8").trim();
export const companyCa = fixture("company-ca.crt");
export const serviceAccountKey = fixture("service-account-key.pub");

export const managed = { mode: "managed" };
export const external = { mode: "external", endpoints: ["https://search.example"], caFile: "es.crt" };

/** The least that a stack says of its access. */
export const access = {
  domain: "traces.example",
  vpnRanges: ["10.8.0.0/16", "fd00::/8"],
  ingress: {
    controller: "traefik",
    namespace: "ingress",
    podLabels: { "app.kubernetes.io/name": "traefik" },
    entryPoint: "internal",
  },
  oidc: {
    provider: "oidc",
    issuer: "https://login.example:8443",
    clientId: "tracing",
    caFile: "login.crt",
    emailDomain: "company.example",
  },
  roles: {
    support: { groups: ["tracing-support"], views: ["all"] },
    devops: { groups: ["tracing-devops"], views: ["all", "shop", "crm", "mes"] },
    "shop-team": { groups: ["team-shop"], views: ["shop"] },
  },
};

/** The settings of a stack named `test`: the least that a stack must say, and what a test changes of it. */
export const settingsOf = (changes: Record<string, unknown> = {}) =>
  parseSettings(catalogue, "test", {
    access,
    cluster: { serviceAccountKeysFile: "keys.json" },
    vault: { address: "https://vault.vault.svc:8200", caFile: "ca.crt" },
    elasticsearch: managed,
    retentionDays: 14,
    ...changes,
  });

/** The context of that stack, without its files. */
export function contextOf(changes: Record<string, unknown> = {}): Context {
  const settings = settingsOf(changes);
  return {
    stack: "test",
    settings,
    landscape: resolveLandscape(catalogue, settings),
    vaultCa: companyCa,
    stackRoot: companyCa,
    authorityPeriod: "170",
    elasticsearchCa: companyCa,
    identityCa: companyCa,
    serviceAccountKeys: [serviceAccountKey],
  };
}

export const context = contextOf();
export const groups = ["shop", "crm", "mes"];
export const storage = [...groups, "unassigned"];
export const views = [...groups, "all"];
