import { z } from "zod";
import { commandsOf } from "../core/commands.ts";
import { configurationsLike, leavesOf } from "../core/configurations.ts";
import { collectorsOf } from "../core/collector.ts";
import { forResources } from "../core/judgement.ts";
import { isLoopback } from "../core/networks.ts";
import { objectsOf } from "../core/objects.ts";
import { at, isRecord, list, record, recordsIn, text, within } from "../core/value.ts";
import type { Finding } from "../core/judgement.ts";
import type { Json } from "../core/value.ts";
import type { Resource } from "../core/resource.ts";

interface Listener {
  readonly settings: Json;
  readonly path: string;
  readonly address: string;
  /** Spans are received there, not asked for. */
  readonly receives: boolean;
}

/** Where a collector or a Jaeger listens beyond its own pod. Probes' ports carry nothing. */
function listeners(resource: Resource): Listener[] {
  return collectorsOf(resource).flatMap(({ receivers, extensions, exporters }) =>
    [
      ...receivers.map((part) => ({ ...part, receives: true })),
      ...[
        ...extensions.filter(
          ({ kind }) => (!/^health_?check/.test(kind) && !/storage/.test(kind)) || kind === "remote_storage",
        ),
        // All other exporters dial.
        ...exporters.filter(({ kind }) => kind === "prometheus"),
      ].map((part) => ({ ...part, receives: false })),
    ].flatMap(({ settings, path, receives }) =>
      [...recordsIn(settings, path)]
        .map(({ value, path: at }) => {
          const address = [value["endpoint"], value["listen_address"]].find((of) => typeof of === "string");
          return { settings: value, path: at, receives, address };
        })
        .filter(
          (of): of is Listener => of.address !== undefined && !isLoopback(of.address) && !/:\/\//.test(of.address),
        ),
    ),
  );
}

/** Brokers whose operators open listeners without TLS. */
const brokers = (resource: Resource): Finding[] =>
  objectsOf(resource).flatMap(({ apiVersion, kind, body, path }): Finding[] => {
    if (apiVersion.startsWith("kafka.strimzi.io/") && kind === "Kafka")
      return list(at(body, "spec", "kafka", "listeners")).flatMap((listener, index) =>
        record(listener)["tls"] === true
          ? []
          : [{ path: within(path, "spec", "kafka", "listeners", index, "tls"), message: "is without TLS; write true" }],
      );
    return kind === "RabbitmqCluster" && at(body, "spec", "tls", "disableNonTLSListeners") !== true
      ? [{ path: within(path, "spec", "tls", "disableNonTLSListeners"), message: "is without TLS; write true" }]
      : [];
  });

/** A listener of Vault or of its agent. */
const vaults = (resource: Resource): Finding[] =>
  configurationsLike(resource, (value) => /^(?:true|1)$/.test(text(value["tls_disable"]) ?? ""))
    .filter(({ value }) => !isLoopback(text(value["address"]) ?? ""))
    .map(({ path }) => ({ path: within(path, "tls_disable"), message: "is on, beyond the pod; remove it" }));

/** Vault for trials, in memory and without TLS. */
const trials = (resource: Resource): Finding[] => [
  ...commandsOf(resource)
    .filter(({ line }) => /\bvault\s+server\b[^\n]*\s-dev\b/.test(line))
    .map(({ path }) => ({ path, message: "is Vault for trials, without TLS; remove -dev" })),
  ...leavesOf(resource)
    .filter(({ keys, value }) => /(?:server\.dev\.enabled|global\.tlsdisable)$/.test(keys) && value === true)
    .map(({ path }) => ({ path, message: "is Vault without TLS; write false" })),
];

export const listenerTls = forResources({
  name: "encryption-listener",
  description: "A collector, a Jaeger, Vault or a broker listens beyond its own pod with TLS only.",
  severity: "critical",
  remediation: "Add `tls` with `cert_file` and `key_file`, or listen on 127.0.0.1.",
  config: z.strictObject({}),
  judge: (resource) => [
    ...listeners(resource)
      .filter(({ settings }) => !isRecord(settings["tls"]))
      .map(({ address, path }) => ({
        path: `${path}.tls`,
        message: `is missing, and ${address} is reached from outside of the pod`,
      })),
    ...brokers(resource),
    ...vaults(resource),
    ...trials(resource),
  ],
});

export const ownMetrics = forResources({
  name: "encryption-own-metrics",
  description: "A collector or a Jaeger shows its own metrics beyond its pod over TLS only.",
  severity: "high",
  remediation:
    "The reader `pull.exporter.prometheus` has no TLS: let it listen on 127.0.0.1, or hand the metrics to an exporter `prometheus` with `tls`.",
  config: z.strictObject({}),
  judge: (resource) =>
    collectorsOf(resource).flatMap(({ config, path }) =>
      [...recordsIn(at(config, "service", "telemetry", "metrics"), within(path, "service", "telemetry", "metrics"))]
        .flatMap(({ value, path: where }) => {
          const host = isRecord(value["prometheus"])
            ? (text(value["prometheus"]["host"]) ?? "")
            : text(value["address"]);
          return host === undefined || isLoopback(host) ? [] : [{ path: where, host }];
        })
        .map(({ path: where, host }) => ({
          path: where,
          message: `${host || "every address"} shows metrics without TLS; write 127.0.0.1`,
        })),
    ),
});

export const mutualTls = forResources({
  name: "encryption-mutual-tls",
  description: "Who delivers spans over the network is known: by a client certificate or by a token.",
  severity: "high",
  remediation: "Add `tls.client_ca_file`, or `auth.authenticator` with an extension that checks tokens.",
  config: z.strictObject({}),
  judge: (resource) => [
    ...listeners(resource)
      .filter(
        ({ settings, receives }) =>
          receives &&
          isRecord(settings["tls"]) &&
          settings["tls"]["client_ca_file"] === undefined &&
          !text(at(settings, "auth", "authenticator")),
      )
      .map(({ path }) => ({
        path: `${path}.tls.client_ca_file`,
        message: "is missing, and no `auth`: anybody may deliver spans",
      })),
    ...collectorsOf(resource)
      .flatMap(({ extensions }) => extensions)
      .filter(({ kind, settings }) => kind === "oidc" && settings["ignore_audience"] === true)
      .map(({ path }) => ({
        path: `${path}.ignore_audience`,
        message: "is true: a token for somebody else delivers spans as well; name the audience",
      })),
  ],
});
