import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { leavesOf } from "../core/configurations.ts";
import { isLogin, isNamedSecret, secretForm } from "./forms.ts";

/** Lists of users with their passwords, line by line. */
const logins = /htpasswd\.inline$|htpasswdfile\.entries|(?:basic|digest)_?auth\.users/;

/** `x-api-key=...`, as an exporter's headers are given in a variable. */
const header = /(?:^|,)\s*[\w-]*(?:key|token|auth\w*|secret|team)\s*=(?!\s*\$)[^,$]{8,}/i;

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
      const form = secretForm(value);
      if (form) return [{ path, message: `holds ${form}; keep it in Vault and name the file that its agent writes` }];
      const named =
        (isNamedSecret(key, value) ||
          (logins.test(keys) && isLogin(value)) ||
          (/headers$/i.test(key) && header.test(value))) &&
        !parsed &&
        !config.notSecret.includes(key) &&
        !keys.endsWith("secretname");
      return named
        ? [{ path, message: "holds a credential as text; keep it in Vault and name the file that its agent writes" }]
        : [];
    }),
});
