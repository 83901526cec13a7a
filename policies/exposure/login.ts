import { z } from "zod";
import { leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { isLoopback } from "../core/networks.ts";
import { text } from "../core/value.ts";
import { workloadsOf } from "../core/workloads.ts";

/** Each with what is wrong about it. */
const forbidden: readonly (readonly [RegExp, RegExp, string])[] = [
  [/^email[-_]domains?$/, /^(?:\[?"?\*"?\]?)$/, "lets every mail address in; name the company's domain"],
  [/^skip[-_]auth[-_](?:route|regex|preflight)s?$/, /^(?!false$)./, "leaves pages without a login; remove it"],
  [/^trusted[-_]ips?$/, /./, "leaves addresses without a login; remove it"],
  [/^cookie[-_](?:secure|httponly)$/, /^false$/, "lets the session be read; write true"],
  [/^(?:client|cookie)[-_]secret$/, /./, "is a secret in an argument; write the one with -file"],
  [/^insecure[-_]oidc/, /^true$/, "believes what nobody has checked; remove it"],
];

export const login = forResources({
  name: "exposure-login",
  description: "The login proxy leaves no way around the login.",
  severity: "critical",
  remediation: "Name the mail domain, leave no page and no address without login, and keep secrets in files.",
  config: z.strictObject({}),
  judge: (resource) => {
    const leaves = leavesOf(resource);
    const isProxy =
      leaves.some(({ key }) => /^oidc[-_]issuer[-_]url$|^oauth2[-_]proxy/i.test(key)) ||
      workloadsOf(resource).some(({ containers }) =>
        containers.some(({ spec }) => /oauth2-proxy/.test(text(spec["image"]) ?? "")),
      );
    if (!isProxy) return [];
    return leaves.flatMap(({ path, key, value }) => {
      const name = key.toLowerCase().replace(/^oauth2_proxy_/, "");
      const found = forbidden.find(([of, wrong]) => of.test(name) && wrong.test(String(value)));
      return found ? [{ path, message: found[2] }] : [];
    });
  },
});
