import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { commandsOf } from "../core/commands.ts";
import { leavesOf } from "../core/configurations.ts";

const on = /^(?:true|1|yes|on)$/i;
const off = /^(?:false|0|no|off)$/i;
const unchecked = "is on: nobody is checked, or nothing is encrypted; remove it and name the CA";
const notChecked = "is off: nobody is checked; remove it and name the CA";

/** Settings by their keys, each with the values that are wrong, and what is wrong about them. */
const forbidden: readonly (readonly [keys: RegExp, values: RegExp, message: string])[] = [
  [/\bproxy-ssl-verify$/, off, "is off: nobody is checked; write on, and name the CA by proxy-ssl-secret"],
  [
    /(?:^|[._-])(?:tls|ssl|es)?[._-]?(?:insecure|insecure[._-]?skip[._-]?(?:tls[._-]?)?verif(?:y|ication)|(?:tls|ssl)?[._-]?skip[._-]?(?:host[._-]?|tls[._-]?)?verify|skip[._-]?tls[._-]?verify)$/,
    on,
    unchecked,
  ],
  [
    /(?:ssl|tls)[._-]insecure[._-]skip[._-]verify$|insecureskip(?:tls)?verify$|insecure-oidc-|skiptlsverify$/,
    on,
    unchecked,
  ],
  [
    /(?:no[._-]?verify|trust[._-]?(?:server[._-]?certificate|all(?:[._-]?cert(?:ificate)?s?)?)|allow[._-]?invalid[._-]?(?:certificates?|hostnames?)|accept[._-]?(?:any|invalid)[._-]?certs?)$/,
    on,
    unchecked,
  ],
  [
    /(?:^|[._-])(?:(?:ssl|tls|cert(?:ificate)?s?|host(?:name)?|peer|server|https|pythonhttps)[._-]?verif(?:y|ication)|verify[._-]?(?:ssl|tls|certs?|certificates?|host(?:name)?|peer)|(?:tls[._-]?)?reject[._-]?unauthorized)$/,
    off,
    notChecked,
  ],
  [/\btls\.selfsignedcertificate\.disabled$/, on, "is on: Elasticsearch talks without TLS; remove it"],
  [/verification_?mode$/, /^none$/i, "none checks nobody; write full"],
  [/endpoint\.identification\.algorithm$/, /^$/, "is empty: the host's name is not checked; write https"],
];

/** Programs that are told not to check. */
const commands =
  /\bcurl\b[^\n|;&]*\s(?:-[A-Za-z]*k[A-Za-z]*|--insecure)(?=\s|$)|\s--no-check-certificate\b|\bStrictHostKeyChecking[= ]no\b/;

/** What a reference of the collector stands for where nobody says otherwise: `${env:INSECURE:-true}`. */
const fallback = /^\$\{(?:env:)?\w+:-([^}]*)\}$/;

export const verification = forResources({
  name: "encryption-verification",
  description: "Every encrypted connection checks whom it talks to.",
  severity: "critical",
  remediation: "Remove the switch, and name the CA (`ca_file`, `ssl.certificate_authorities`, `--provider-ca-file`).",
  config: z.strictObject({}),
  judge: (resource) => [
    ...leavesOf(resource).flatMap(({ path, keys, value }) => {
      const given = String(value);
      const said = fallback.exec(given)?.[1] ?? given;
      const found = forbidden.find(([of, wrong]) => wrong.test(said) && of.test(keys));
      return found ? [{ path, message: found[2] }] : [];
    }),
    ...commandsOf(resource)
      .filter(({ line }) => commands.test(line))
      .map(({ path }) => ({
        path,
        message: "tells a program not to check whom it talks to; remove it and name the CA",
      })),
  ],
});
