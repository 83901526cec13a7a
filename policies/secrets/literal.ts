import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { leavesOf } from "../core/configurations.ts";

/** Forms that nothing but a secret has; each with its name for people. */
const forms: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN[ A-Z0-9]*PRIVATE KEY/],
  ["a token (JWT)", /\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{10,}/],
  ["a password in a URL", /\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@{}$()]*:[^/\s@{}$()]{3,}@[\w.-]/i],
  ["a token of Vault", /\bhv[sbr]\.[\w-]{24,}/],
  ["an access key of AWS", /\bA(?:KIA|SIA)[0-9A-Z]{16}\b/],
  ["a token of GitHub", /\bgh[pousr]_\w{30,}/],
  ["a token of GitLab", /\bglpat-[\w-]{20,}/],
  ["an authorization header", /\b(?:bearer|basic)\s+(?=[\w+/=.~-]*\d)[\w+/=.~-]{16,}/i],
];

/** Keys whose values are secrets. */
const secretKey =
  /(?:^|[._-])(?:[a-z0-9]*(?:passw(?:or)?d|passphrase|secret)|pwd|token|api[._-]?key|access[._-]?key|credentials?|private[._-]?key|authorization)$/i;

/** What stands for a secret that is elsewhere: a reference, a file, a template, nothing. */
const reference =
  /^$|^\$\{.*\}$|^\$\(.*\)$|^\$\w+$|\{\{|^\/|^file:|^(?:true|false|null|none|\d{1,5})$|^[\w./-]+\.(?:pem|key|crt|txt)$/i;

const decoded = (value: string): string => Buffer.from(value, "base64").toString("utf8");

export const literal = forResources({
  name: "secrets-literal",
  description:
    "No credential is written anywhere: not in a configuration, an argument, a URL, an annotation, nor in base64.",
  severity: "critical",
  remediation: "Keep it in Vault, have the pod's Vault Agent write it into a file in memory, and name that file.",
  config: z.strictObject({
    notSecret: z
      .array(z.string())
      .default([])
      .meta({ description: "Keys that look like those of secrets and are none" }),
  }),
  judge: (resource, { config }) =>
    leavesOf(resource).flatMap(({ path, key, keys, value, parsed }) => {
      if (typeof value !== "string") return [];
      const encoded = /^[A-Za-z0-9+/]{24,}={0,2}$/.test(value) ? decoded(value) : "";
      const form = forms.find(([, pattern]) => pattern.test(value) || pattern.test(encoded));
      if (form)
        return [{ path, message: `holds ${form[0]}; keep it in Vault and name the file that its agent writes` }];
      const named =
        secretKey.test(key) &&
        !parsed &&
        !config.notSecret.includes(key) &&
        !reference.test(value) &&
        !keys.endsWith("secretname");
      return named
        ? [{ path, message: "holds a credential as text; keep it in Vault and name the file that its agent writes" }]
        : [];
    }),
});
