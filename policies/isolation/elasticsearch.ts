import { z } from "zod";
import { leavesOf } from "../core/configurations.ts";
import { forResources, type Finding } from "../core/judgement.ts";

const off = /^(?:false|no|off|0)$/i;

/** Each with what is wrong about it. */
const forbidden: readonly (readonly [keys: RegExp, values: RegExp, wrong: string])[] = [
  [/xpack\.security\.enabled$/, off, "is off: everybody may read and change everything; remove it"],
  [
    /xpack\.security\.(?:http|transport)\.ssl\.enabled$/,
    off,
    "is off: passwords and traces go over the network as they are; write true",
  ],
  [
    /xpack\.security\.authc\.anonymous\.(?:username|roles)(?:\.\d+|\[\d+\])?$/,
    /./,
    "lets in who has no password; remove it",
  ],
  [/xpack\.security\.authc\.anonymous\.authz_exception$/, /./, "lets in who has no password; remove it"],
  // OpenSearch and its fork of the security plugin.
  [
    /plugins\.security\.(?:disabled|ssl_only)$/,
    /^true$/i,
    "is on: everybody may read and change everything; remove it",
  ],
  [
    /(?:opendistro_security|dynamic\.http)\.anonymous_auth_enabled$/,
    /^true$/i,
    "lets in who has no password; remove it",
  ],
];

const nobody = /xpack\.security\.authc\.anonymous\.(?:username|roles)/;

/** Roles that whoever has no password may have, each with its privileges on the cluster. */
type Anonymous = Readonly<Record<string, readonly string[]>>;

export const elasticsearchSecurity = forResources({
  name: "isolation-elasticsearch-security",
  description: "Elasticsearch knows who asks: its security is on, and nobody is let in without a name.",
  severity: "critical",
  remediation:
    "Leave `xpack.security` on, with TLS on both ports, and set no anonymous user; one for probes alone is told to the policy by its role, in `anonymous`.",
  config: z.strictObject({
    anonymous: z.record(z.string(), z.array(z.string())).default({}).meta({
      description:
        "Roles of `roles.yml` that whoever has no password may have, and all that each may be allowed in the cluster",
    }),
  }),
  judge: (resource, { config: { anonymous } }) => {
    const leaves = leavesOf(resource);
    const known =
      Object.keys(anonymous).length > 0 && leaves.some(({ keys, value }) => isKnown(keys, value, anonymous));
    return leaves.flatMap(({ path, keys, value }) => {
      const found = forbidden.find(([of, wrong]) => of.test(keys) && wrong.test(String(value)));
      if (found && nobody.test(keys) && (keys.endsWith("username") ? known : isKnown(keys, value, anonymous)))
        return [];
      return found ? [{ path, message: found[2] }] : tooMuch(path, value, anonymous);
    });
  },
});

/** Whether these are the roles of whoever has no password, and all of them may be had. */
function isKnown(keys: string, value: unknown, anonymous: Anonymous): boolean {
  if (!/authc\.anonymous\.roles/.test(keys)) return false;
  return String(value)
    .split(",")
    .every((role) => role.trim() in anonymous);
}

/** What a role of `roles.yml` allows beyond what is known of it: who changes it there lets everybody do more. */
function tooMuch(path: string, value: unknown, anonymous: Anonymous): Finding[] {
  const [, role = "", right = ""] = /roles\.yml"\] » ([^.[]+)[.[](.*)$/.exec(path) ?? [];
  const allowed = anonymous[role];
  if (!allowed || (/^cluster\b/.test(right) && allowed.includes(String(value)))) return [];
  return [{ path, message: `lets whoever has no password do ${String(value)}; remove it` }];
}
