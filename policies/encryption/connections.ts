import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { leavesOf } from "../core/configurations.ts";
import { collectorsOf } from "../core/collector.ts";
import { hostOf, isLoopback } from "../core/networks.ts";
import { at, isRecord } from "../core/value.ts";

const plain = /\b(http|redis|amqp|ldap|ws|mqtt|nats|mongodb|grpc):\/\/[^\s"'<>,;)}\]]+/gi;
/** Its drivers go on without encryption where the server has none, unless they are told not to. */
const postgres =
  /\b((?:jdbc:)?postgres(?:ql)?):\/\/(?![^\s"'<>]*\bsslmode=(?:require|verify-ca|verify-full)\b)[^\s"'<>,;)}\]]+/gi;

export const plainEndpoint = forResources({
  name: "encryption-plain-endpoint",
  description: "No connection leaves the pod unencrypted.",
  severity: "high",
  remediation: "Write the encrypted scheme (`https`, `rediss`, `amqps`, ...) and the CA that it is checked by.",
  config: z.strictObject({
    hosts: z.array(z.string()).default([]).meta({ description: "Hosts that may be reached unencrypted" }),
  }),
  judge: (resource, { config }) => [
    ...leavesOf(resource).flatMap(({ path, key, value, parsed }) => {
      if (typeof value !== "string" || parsed || /^\$(?:schema|id)$/.test(key)) return [];
      return [plain, postgres]
        .flatMap((pattern) => [...value.matchAll(pattern)])
        .filter(([url]) => !isLoopback(url.replace(/^jdbc:/i, "")) && !config.hosts.includes(hostOf(url)))
        .map(([, scheme]) => ({
          path,
          message: `a connection by ${scheme!}:// is not encrypted; use its encrypted form`,
        }));
    }),
    ...collectorsOf(resource)
      .flatMap(({ receivers, exporters }) => [...receivers, ...exporters])
      .filter(
        ({ kind, settings }) =>
          kind === "kafka" && !isRecord(settings["tls"]) && !isRecord(at(settings, "auth", "tls")),
      )
      .map(({ path }) => ({
        path: `${path}.tls`,
        message: "is missing: Kafka is talked to unencrypted; add it with `ca_file`",
      })),
  ],
});

const switchedOff =
  /(?:^|[._-])(?:tls|ssl|es)?[._-]?(?:insecure|insecure[._-]?skip[._-]?(?:tls[._-]?)?verif(?:y|ication)|(?:tls|ssl)?[._-]?skip[._-]?(?:host[._-]?|tls[._-]?)?verify|skip[._-]?tls[._-]?verify)$/i;
/** What a reference of the collector stands for where nobody says otherwise: `${env:INSECURE:-true}`. */
const fallback = /^\$\{(?:env:)?\w+:-([^}]*)\}$/;
const insecureFlag =
  /(?:ssl|tls)[._-]insecure[._-]skip[._-]verify$|^insecureskip(?:tls)?verify$|^insecure-oidc-|skiptlsverify$/i;

export const verification = forResources({
  name: "encryption-verification",
  description: "Every encrypted connection checks whom it talks to.",
  severity: "critical",
  remediation: "Remove the switch, and name the CA (`ca_file`, `ssl.certificate_authorities`, `--provider-ca-file`).",
  config: z.strictObject({}),
  judge: (resource) =>
    leavesOf(resource).flatMap(({ path, key, keys, value }) => {
      const given = String(value);
      const said = fallback.exec(given)?.[1] ?? given;
      const on = /^(?:true|1|yes|on)$/i.test(said);
      if (on && (switchedOff.test(key) || insecureFlag.test(key) || switchedOff.test(keys)))
        return [{ path, message: "is on: nobody is checked, or nothing is encrypted; remove it and name the CA" }];
      if (on && /\btls\.selfsignedcertificate\.disabled$/.test(keys))
        return [{ path, message: "is on: Elasticsearch talks without TLS; remove it" }];
      if (/\bproxy-ssl-verify$/.test(key) && /^(?:off|false)$/i.test(said))
        return [{ path, message: "is off: nobody is checked; write on, and name the CA by proxy-ssl-secret" }];
      if (/verification_?mode$/i.test(keys) && /^none$/i.test(said))
        return [{ path, message: "none checks nobody; write full" }];
      return [];
    }),
});

const versionKey = /(?:min[._-]?version|tls[._-]?min[._-]?version|supported_protocols(?:\.\d+)?|ssl[._-]protocols?)$/i;
const old = /^(?:ssl.*|(?:version)?tls?[ _v]*1?[._]?[01]?|1[.][01]|versiontls1[01]|tlsv1(?:[.][01])?|tls1[._][01])$/i;

export const tlsVersion = forResources({
  name: "encryption-tls-version",
  description: "TLS is 1.2 or newer.",
  severity: "high",
  remediation: "Write 1.2, or better 1.3, as the least version.",
  config: z.strictObject({}),
  judge: (resource) =>
    leavesOf(resource)
      .filter(({ keys, value }) => versionKey.test(keys) && old.test(String(value)))
      .map(({ path, value }) => ({ path, message: `${String(value)} is too old; write 1.2 or 1.3` })),
});
