import { z } from "zod";
import { leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { isLoopback } from "../core/networks.ts";
import { objectsOf } from "../core/objects.ts";
import { at, record, text, within } from "../core/value.ts";
import { workloadsOf } from "../core/workloads.ts";
import type { Finding } from "../core/judgement.ts";
import type { KubernetesObject } from "../core/objects.ts";

/** Each with what is wrong about it. */
const forbidden: readonly (readonly [RegExp, RegExp, string])[] = [
  [/^email[-_]domains?$/, /^(?:\[?"?\*"?\]?)$/, "lets every mail address in; name the company's domain"],
  [/^skip[-_]auth[-_](?:route|regex|preflight)s?$/, /^(?!false$)./, "leaves pages without a login; remove it"],
  [/^trusted[-_]ips?$/, /./, "leaves addresses without a login; remove it"],
  [/^cookie[-_](?:secure|httponly)$/, /^false$/, "lets the session be read; write true"],
  [/^(?:client|cookie)[-_]secret$/, /./, "is a secret in an argument; write the one with -file"],
  [/^htpasswd[-_]file$/, /./, "lets in by passwords that no directory knows; remove it"],
  [/^whitelist[-_]domains?$/, /^\[?"?[.]?\*?"?\]?$/, "sends people on to any host; name the hosts"],
  [
    /^(?:pass[-_]access[-_]token|(?:pass|set)[-_]authorization[-_]header|pass[-_]basic[-_]auth)$/,
    /^true$/,
    "hands people's tokens on to what is behind; write false",
  ],
  [/^skip[-_]auth[-_]strip[-_]headers$/, /^false$/, "believes what people say of themselves; remove it"],
  [/^code[-_]challenge[-_]method$/, /^plain$/, "protects nothing; write S256"],
  [/^cookie[-_]samesite$/, /^none$/, "lets other sites use the session; write lax"],
  [/^insecure[-_]oidc/, /^true$/, "believes what nobody has checked; remove it"],
];

/** A password that several people know, in the place of a login. */
function sharedPassword({ kind, body, path }: KubernetesObject): Finding[] {
  const message = "lets in by a password that is shared; lead people to the login proxy";
  if (kind === "Middleware")
    return ["basicAuth", "digestAuth"]
      .filter((key) => at(body, "spec", key) !== undefined)
      .map((key) => ({ path: within(path, "spec", key), message }));
  return Object.entries(record(at(body, "metadata", "annotations")))
    .filter(([key, value]) => /\/auth-type$/.test(key) && /^(?:basic|digest)$/i.test(text(value) ?? ""))
    .map(([key]) => ({ path: within(path, "metadata", "annotations", key), message }));
}

export const login = forResources({
  name: "exposure-login",
  description: "The login proxy leaves no way around the login.",
  severity: "critical",
  remediation: "Name the mail domain, leave no page and no address without login, and keep secrets in files.",
  config: z.strictObject({}),
  judge: (resource) => {
    const shared = objectsOf(resource).flatMap(sharedPassword);
    const leaves = leavesOf(resource);
    const isProxy =
      leaves.some(({ key }) => /^oidc[-_]issuer[-_]url$|^oauth2[-_]proxy/i.test(key)) ||
      workloadsOf(resource).some(({ containers }) =>
        containers.some(({ spec }) => /oauth2-proxy/.test(text(spec["image"]) ?? "")),
      );
    if (!isProxy) return shared;
    const wrong = leaves.flatMap(({ path, key, value }) => {
      const name = key.toLowerCase().replace(/^oauth2_proxy_/, "");
      if (
        /^(?:http|metrics)[-_]address$/.test(name) &&
        typeof value === "string" &&
        !/^-?$/.test(value) &&
        !isLoopback(value)
      )
        return [{ path, message: `${value} is reached unencrypted; write 127.0.0.1, and use https_address` }];
      const found = forbidden.find(([of, wrong]) => of.test(name) && wrong.test(String(value)));
      return found ? [{ path, message: found[2] }] : [];
    });
    return [...shared, ...wrong];
  },
});
