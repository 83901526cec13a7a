import { z } from "zod";
import { leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";

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

export const elasticsearchSecurity = forResources({
  name: "isolation-elasticsearch-security",
  description: "Elasticsearch knows who asks: its security is on, and nobody is let in without a name.",
  severity: "critical",
  remediation: "Leave `xpack.security` on, with TLS on both ports, and set no anonymous user.",
  config: z.strictObject({}),
  judge: (resource) =>
    leavesOf(resource).flatMap(({ path, keys, value }) => {
      const found = forbidden.find(([of, wrong]) => of.test(keys) && wrong.test(String(value)));
      return found ? [{ path, message: found[2] }] : [];
    }),
});
