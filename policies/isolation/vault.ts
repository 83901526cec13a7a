import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { record, text, texts } from "../core/value.ts";
import type { Finding } from "../core/judgement.ts";
import type { Json } from "../core/value.ts";

/** Paths by which Vault itself is changed. */
const ofVault =
  /^(?:sys\/(?:policies|policy|auth|mounts|raw|rekey|generate-root|seal|audit|leases\/revoke)\b|auth\/token\/create|identity\/)/;
const changing = ["create", "update", "patch", "delete", "sudo"];

interface Rule {
  readonly path: string;
  readonly capabilities: readonly string[];
}

/** The rules of a policy, in HCL or in JSON. */
function rulesOf(policy: string): Rule[] {
  if (policy.trim().startsWith("{"))
    return Object.entries(record(record(json(policy))["path"])).map(([path, rule]) => ({
      path,
      capabilities: texts(record(rule)["capabilities"]),
    }));
  return [...policy.matchAll(/path\s+"([^"]*)"\s*\{([^}]*)\}/g)].map(([, path, rule]) => ({
    path: path!,
    capabilities: [...rule!.matchAll(/"(\w+)"/g)].map(([, one]) => one!),
  }));
}

function json(policy: string): unknown {
  try {
    return JSON.parse(policy);
  } catch {
    return undefined;
  }
}

function ofPolicy(policy: string): Finding[] {
  const rules = rulesOf(policy);
  if (policy.trim() !== "" && rules.length === 0)
    return [{ path: "policy", message: "cannot be read; write `path` with `capabilities`, in HCL or JSON" }];
  return rules.flatMap(({ path, capabilities }): Finding[] => {
    const given = capabilities.filter((one) => changing.includes(one));
    return [
      ...(/[*+]/.test(path)
        ? [{ path: "policy", message: `"${path}" is every path that begins like it; name them` }]
        : []),
      ...(capabilities.includes("sudo") || capabilities.includes("root")
        ? [{ path: "policy", message: `"${path}" has sudo; remove it` }]
        : []),
      ...(ofVault.test(path) && given.length > 0
        ? [{ path: "policy", message: `"${path}" changes Vault itself (${given.join(", ")}); remove it` }]
        : []),
    ];
  });
}

/** A role by which accounts log in. */
function ofLogin(type: string, props: Json): Finding[] {
  const jwt = type.startsWith("vault:jwt");
  const key = jwt ? "boundSubject" : "boundServiceAccountNames";
  const names = jwt ? [text(props[key]) ?? ""] : texts(props[key]);
  const isAnybody = (of: readonly string[]) => of.length === 0 || of.some((name) => name === "" || name.includes("*"));
  const mighty = texts(props["tokenPolicies"]).filter((policy) => /^(?:root|admin|administrator)$/.test(policy));
  return [
    ...(isAnybody(names) ? [{ path: key, message: "does not name one account: others may log in as well" }] : []),
    ...(!jwt && isAnybody(texts(props["boundServiceAccountNamespaces"]))
      ? [{ path: "boundServiceAccountNamespaces", message: "does not name one namespace: others may log in as well" }]
      : []),
    ...(jwt && texts(props["boundAudiences"]).length === 0
      ? [{ path: "boundAudiences", message: "is empty: a token for somebody else logs in as well; name the audience" }]
      : []),
    ...mighty.map((policy) => ({
      path: "tokenPolicies",
      message: `${policy} may do everything; use a policy of its own`,
    })),
  ];
}

export const vault = forResources({
  name: "isolation-vault",
  description: "A policy of Vault names whole paths; a role is bound to one account; a connection allows named roles.",
  severity: "critical",
  remediation: "Name each path; set `boundSubject` and `boundAudiences`; list `allowedRoles`.",
  config: z.strictObject({}),
  judge: ({ type, props }) => {
    if (type === "vault:index/policy:Policy") return ofPolicy(text(props["policy"]) ?? "");
    if (/^vault:(?:jwt|kubernetes)\/authBackendRole:/.test(type)) return ofLogin(type, props);
    return type.startsWith("vault:database/") && texts(props["allowedRoles"]).some((role) => role.includes("*"))
      ? [{ path: "allowedRoles", message: "allows every role; name them" }]
      : [];
  },
});

export const certificates = forResources({
  name: "isolation-certificates",
  description: "A certificate is for named hosts, and only who delivers spans gets one as a client.",
  severity: "high",
  remediation:
    "Set `clientFlag: false` and named `allowedDomains`; list those who need a client's certificate in `clients`.",
  config: z.strictObject({
    clients: z.array(z.string()).default([]).meta({ description: "Roles that may get certificates as clients" }),
  }),
  judge: ({ type, props }, { config }) => {
    if (type !== "vault:pkiSecret/secretBackendRole:SecretBackendRole") return [];
    return [
      // The provider's default is true.
      ...(props["clientFlag"] !== false && !config.clients.includes(text(props["name"]) ?? "")
        ? [{ path: "clientFlag", message: "is not false: a pure server could deliver spans as a client" }]
        : []),
      ...["allowAnyName", "allowGlobDomains", "allowWildcardCertificates"]
        .filter((key) => props[key] === true)
        .map((path) => ({ path, message: "is true: it can have other hosts' certificates" })),
      ...(props["enforceHostnames"] === false
        ? [{ path: "enforceHostnames", message: "is false: any text is a host; remove it" }]
        : []),
      ...texts(props["allowedDomains"])
        .filter((domain) => domain.includes("*"))
        .map((domain) => ({ path: "allowedDomains", message: `${domain} is other hosts, too; name them` })),
      ...((props["keyType"] ?? "rsa") === "rsa" && Number(props["keyBits"] ?? 2048) < 2048
        ? [{ path: "keyBits", message: `${text(props["keyBits"])!} bits can be broken; write 2048 or more` }]
        : []),
    ];
  },
});
