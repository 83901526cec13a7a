import { z } from "zod";
import { collectorsOf } from "../core/collector.ts";
import { leavesOf } from "../core/configurations.ts";
import { forResources } from "../core/judgement.ts";
import { hostOf, isLoopback } from "../core/networks.ts";
import { isRecord, recordsIn, text, texts } from "../core/value.ts";
import type { Collector, Part } from "../core/collector.ts";
import type { Finding } from "../core/judgement.ts";

const kindOf = (id: string): string => id.split("/", 1)[0]!;

/** All who deliver spans there have shown a client certificate: they are parts of the stack, behind the redaction. */
function isInnerHop({ settings }: Part): boolean {
  const endpoints = [...recordsIn(settings)].filter(({ value }) => typeof value["endpoint"] === "string");
  return (
    endpoints.length > 0 &&
    endpoints.every(({ value }) => isRecord(value["tls"]) && value["tls"]["client_ca_file"] !== undefined)
  );
}

/** The agent beside an application: it listens on loopback, and hands on to a collector that cleans. */
function handsOn({ exporters }: Collector, ids: readonly string[], cleaning: readonly string[]): boolean {
  return ids.every((id) => {
    const endpoint = text(exporters.find((part) => part.id === id)?.settings["endpoint"]);
    return endpoint !== undefined && cleaning.includes(hostOf(endpoint));
  });
}

export const redaction = forResources({
  name: "privacy-redaction",
  description: "Spans of applications are cleaned before the first exporter or connector.",
  severity: "critical",
  remediation:
    "Put a `redaction` processor into the pipeline, or hand the spans on to a collector that has one (`cleaning`).",
  config: z.strictObject({
    cleaning: z.array(z.string()).default([]).meta({ description: "Hosts of collectors that clean what they receive" }),
    processors: z.array(z.string()).default(["redaction"]).meta({ description: "Kinds of processors that clean" }),
  }),
  judge: (resource, { config }) =>
    collectorsOf(resource).flatMap((collector) =>
      collector.pipelines
        .filter(({ id }) => kindOf(id) === "traces")
        .flatMap(({ path, receivers, processors, exporters }): Finding[] => {
          const sources = collector.receivers.filter(({ id, kind }) => receivers.includes(id) && kind !== "nop");
          const open = sources.filter((source) => !isInnerHop(source));
          const leaving = exporters.filter((id) => kindOf(id) !== "nop");
          if (open.length === 0 || leaving.length === 0) return [];
          if (processors.some((id) => config.processors.includes(kindOf(id)))) return [];
          if (handsOn(collector, leaving, config.cleaning)) return [];
          return [
            {
              path: `${path}.processors`,
              message: `has no ${config.processors.join(" or ")}, and ${leaving.join(", ")} gets what ${open.map(({ id }) => id).join(", ")} receives`,
            },
          ];
        }),
    ),
});

const removes =
  /\b(?:delete_key|delete_matching_keys|keep_keys|keep_matching_keys|replace_\w+|truncate_all|SHA256|redact)\b/;

/** A pattern that everything is like. */
const anything = /^\^?\(?\.[*+]\)?\$?$/;

export const failsOpen = forResources({
  name: "privacy-redaction-open",
  description:
    "What cannot be cleaned is not passed on: keys by an allow-list, values of all types, errors stop the data.",
  severity: "critical",
  remediation:
    "Set `allow_all_keys: false`, `redact_all_types: true`, `summary: silent`, and `error_mode: propagate` where something is removed.",
  config: z.strictObject({}),
  judge: (resource) =>
    collectorsOf(resource).flatMap(({ processors }) =>
      processors.flatMap(({ kind, settings, path }): Finding[] => {
        if (kind === "redaction")
          return [
            ...(settings["allow_all_keys"] === true
              ? [{ path: `${path}.allow_all_keys`, message: "lets every key pass; write false and `allowed_keys`" }]
              : []),
            ...(settings["redact_all_types"] !== true
              ? [{ path: `${path}.redact_all_types`, message: "is not true: a card number as a number passes" }]
              : []),
            ...["ignored_key_patterns", "allowed_values"]
              .filter((key) => texts(settings[key]).some((of) => anything.test(of)))
              .map((key) => ({ path: `${path}.${key}`, message: "lets everything pass; name what may" })),
            ...(settings["summary"] === "debug"
              ? [{ path: `${path}.summary`, message: "debug names what was removed; write silent" }]
              : []),
          ];
        if (kind !== "transform" || !["ignore", "silent"].includes(text(settings["error_mode"]) ?? "")) return [];
        const removing = [...recordsIn(settings)].some(({ value }) =>
          [...texts(value["statements"]), ...texts(value["trace_statements"])].some((of) => removes.test(of)),
        );
        return removing
          ? [{ path: `${path}.error_mode`, message: "passes on what could not be cleaned; write propagate" }]
          : [];
      }),
    ),
});

/** Keeps the labels of what is counted to a list. */
const keepsLabels = /^keep_(?:matching_)?keys\(datapoint\.attributes,/;

export const metrics = forResources({
  name: "privacy-metrics",
  description: "Metrics that applications send are shown by lists of what is let through: names and labels.",
  severity: "high",
  remediation:
    "Put a `filter` for their names into the pipeline, and a `transform` with `keep_keys(datapoint.attributes, [...])`.",
  config: z.strictObject({}),
  judge: (resource) =>
    collectorsOf(resource).flatMap((collector) =>
      collector.pipelines
        .filter(({ id }) => kindOf(id) === "metrics")
        .flatMap(({ path, receivers, processors: ids }): Finding[] => {
          const sources = collector.receivers.filter(
            (source) => receivers.includes(source.id) && isReached(source) && !isInnerHop(source),
          );
          if (sources.length === 0) return [];
          const processors = collector.processors.filter(({ id }) => ids.includes(id));
          const lacks = [
            ...(processors.some(({ kind }) => kind === "filter") ? [] : ["filter for names"]),
            ...(processors.some(
              ({ kind, settings }) =>
                kind === "transform" && statementsOf(settings).some((one) => keepsLabels.test(one)),
            )
              ? []
              : ["transform that keeps a list of labels"]),
          ];
          return lacks.map((what) => ({
            path: `${path}.processors`,
            message: `has no ${what}: whatever ${sources.map(({ id }) => id).join(", ")} is sent becomes a series`,
          }));
        }),
    ),
});

const statementsOf = (settings: Part["settings"]): string[] =>
  [...recordsIn(settings)].flatMap(({ value }) => [
    ...texts(value["statements"]),
    ...texts(value["metric_statements"]),
  ]);

/** Whether it listens beyond its own pod. */
const isReached = ({ settings }: Part): boolean =>
  [...recordsIn(settings)].some(({ value }) => {
    const endpoint = text(value["endpoint"]);
    return endpoint !== undefined && !isLoopback(endpoint);
  });

export const debugExporter = forResources({
  name: "privacy-debug-exporter",
  description: "Spans are not written into logs or files.",
  severity: "high",
  remediation: "Take the exporter out of the pipeline.",
  config: z.strictObject({}),
  judge: (resource) => [
    ...collectorsOf(resource).flatMap(({ pipelines }) =>
      pipelines.flatMap(({ path, exporters, processors, receivers }) => [
        ...exporters
          .filter((id) => ["debug", "logging", "file"].includes(kindOf(id)))
          .map((id) => ({
            path: `${path}.exporters`,
            message: `${id} writes spans where nobody protects them; remove it`,
          })),
        ...[...processors, ...receivers]
          .filter((id) => /^remote_?tap$/.test(kindOf(id)))
          .map((id) => ({ path, message: `${id} shows spans to whoever asks; remove it` })),
      ]),
    ),
    ...leavesOf(resource)
      .filter(({ keys, value }) => printing.some(([of, wrong]) => of.test(keys) && wrong.test(String(value))))
      .map(({ path, value }) => ({ path, message: `${String(value)} writes spans into the log; remove it` })),
  ],
});

/** How an application is told to print its spans. */
const printing: readonly (readonly [keys: RegExp, values: RegExp])[] = [
  [/otel[._]traces[._]exporter$/, /\b(?:console|logging|logging-otlp|stdout)\b/],
  [/otel[._]javaagent[._]debug$/, /^true$/i],
];
