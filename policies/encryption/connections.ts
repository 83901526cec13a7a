import { z } from "zod";
import { forResources } from "../core/judgement.ts";
import { leavesOf } from "../core/configurations.ts";
import { collectorsOf } from "../core/collector.ts";
import { hostOf, isLoopback } from "../core/networks.ts";
import { at, isRecord } from "../core/value.ts";
import { isPlainSwitch, plainOption, plainUrls } from "./plain.ts";
import type { Finding } from "../core/judgement.ts";

export const plainEndpoint = forResources({
  name: "encryption-plain-endpoint",
  description: "No connection leaves the pod unencrypted.",
  severity: "high",
  remediation: "Write the encrypted scheme (`https`, `rediss`, `amqps`, ...) and the CA that it is checked by.",
  config: z.strictObject({
    hosts: z.array(z.string()).default([]).meta({ description: "Hosts that may be reached unencrypted" }),
  }),
  judge: (resource, { config }) => [
    ...leavesOf(resource).flatMap(({ path, key, keys, value, parsed }): Finding[] => {
      if (isPlainSwitch(keys, String(value)))
        return [{ path, message: `${String(value)} leaves the connection unencrypted; switch its encryption on` }];
      if (typeof value !== "string" || parsed || /^\$(?:schema|id)$/.test(key)) return [];
      const plain = plainUrls(value).filter(
        ({ url }) => !isLoopback(url.replace(/^jdbc:/i, "")) && !config.hosts.includes(hostOf(url)),
      );
      const option = plain.length === 0 ? plainOption(value) : undefined;
      return [
        ...plain.map(({ scheme }) => ({
          path,
          message: `a connection by ${scheme}:// is not encrypted; use its encrypted form`,
        })),
        ...(option ? [{ path, message: `${option}: the connection is not encrypted; switch its encryption on` }] : []),
      ];
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

const versionKey = /(?:min[._-]?version|tls[._-]?min[._-]?version|supported_protocols(?:\.\d+)?|ssl[._-]protocols?)$/i;
const old = /^(?:ssl.*|(?:version)?tls?[ _v]*1?[._]?[01]?|1[.][01]|versiontls1[01]|tlsv1(?:[.][01])?|tls1[._][01])$/i;

/** Suites that are broken, or encrypt nothing. */
const weak = /RC4|3DES|DES-CBC3|NULL|EXPORT|anon|MD5/i;
/** A `!` before a suite takes it away. */
const isWeak = (suites: string): boolean => suites.split(/[\s,:]+/).some((one) => weak.test(one) && !/^[!-]/.test(one));

export const tlsVersion = forResources({
  name: "encryption-tls-version",
  description: "TLS is 1.2 or newer.",
  severity: "high",
  remediation: "Write 1.2, or better 1.3, as the least version.",
  config: z.strictObject({}),
  judge: (resource) =>
    leavesOf(resource).flatMap(({ path, keys, value }) => [
      ...(versionKey.test(keys) &&
      String(value)
        .trim()
        .split(/[\s,]+/)
        .some((one) => old.test(one))
        ? [{ path, message: `${String(value)} is too old; write 1.2 or 1.3` }]
        : []),
      ...(/cipher/.test(keys) && isWeak(String(value))
        ? [{ path, message: `${String(value)} can be broken; leave the suites to TLS 1.3` }]
        : []),
    ]),
});
