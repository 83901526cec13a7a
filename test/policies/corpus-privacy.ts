import { custom, inConfigMap, inFile, other, type Case, type Keys } from "./case.ts";

const tls = { cert_file: "/a", key_file: "/b", client_ca_file: "/c" };
const collector = {
  receivers: { otlp: { protocols: { grpc: { endpoint: "0.0.0.0:4317", tls } } } },
  processors: { redaction: { redact_all_types: true, summary: "silent" } },
  exporters: { otlp_grpc: { endpoint: "otel-gateway.tracing.svc:4317", tls: { ca_file: "/c" } } },
  extensions: {},
  service: { pipelines: { traces: { receivers: ["otlp"], processors: ["redaction"], exporters: ["otlp_grpc"] } } },
};
const part = (policy: string, defect: string, key: keyof typeof collector, bad: object, says: string): Case =>
  inFile(policy, defect, collector, { ...collector, [key]: { ...collector[key], ...bad } }, says);
const redaction = (defect: string, settings: object): Case =>
  part(
    "privacy-redaction-open",
    defect,
    "processors",
    { redaction: { redact_all_types: true, ...settings } },
    "everything pass",
  );
const pipeline = (policy: string, defect: string, of: object, says: string): Case =>
  part(policy, defect, "service", { pipelines: { traces: { ...collector.service.pipelines.traces, ...of } } }, says);

const container = {
  name: "c",
  image: "x:1.0.0",
  env: [{ name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: "https://otel-gateway.tracing.svc:4318" }],
};
const app = {
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x", namespace: "shop" } },
  spec: { template: { spec: { containers: [container] } } },
};
const variable = (policy: string, name: string, value: string, says: string): Case =>
  other(
    policy,
    `${name}: ${value}`,
    "kubernetes:apps/v1:Deployment",
    app,
    ["spec", "template", "spec", "containers", 0, "env", 0],
    { name, value },
    says,
  );
const instrumentation = (keys: Keys, value: unknown, policy: string, defect: string, says: string): Case =>
  custom(
    policy,
    defect,
    ["opentelemetry.io/v1alpha1", "Instrumentation"],
    { exporter: { endpoint: "https://otel-gateway.tracing.svc:4318" }, propagators: ["tracecontext"] },
    keys,
    value,
    says,
  );
const setting = (key: string, good: string, bad: string, says: string): Case =>
  inConfigMap("privacy-capture", `${key}: ${bad}`, key, good, bad, says);

/** Spans, and what is in them, that reach others. */
export const privacy: readonly Case[] = [
  part(
    "privacy-destination",
    "a collector that delivers elsewhere",
    "exporters",
    { otlp_grpc: { endpoint: "otlp.vendor.example:4317" } },
    "is not within",
  ),
  part(
    "privacy-destination",
    "an address elsewhere",
    "exporters",
    { otlp_grpc: { endpoint: "203.0.113.7:4317" } },
    "is not within",
  ),
  part(
    "privacy-destination",
    "traces alone elsewhere",
    "exporters",
    { otlp_http: { traces_endpoint: "https://a.vendor.example/v1" } },
    "is not within",
  ),
  part(
    "privacy-destination",
    "one of several brokers elsewhere",
    "exporters",
    { kafka: { tls: {}, brokers: ["kafka.tracing.svc:9093", "b.vendor.example:9093"] } },
    "is not within",
  ),
  part(
    "privacy-destination",
    "a service of others",
    "exporters",
    { "datadog/eu": { api: { key: "${env:K}" } } },
    "outside of the company",
  ),
  variable("privacy-destination", "OTEL_EXPORTER_OTLP_ENDPOINT", "https://otlp.vendor.example", "is not within"),
  variable(
    "privacy-destination",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "https://company.example.evil.example/v1/traces",
    "is not within",
  ),
  variable("privacy-debug-exporter", "OTEL_TRACES_EXPORTER", "otlp,console", "into the log"),
  variable("privacy-debug-exporter", "OTEL_JAVAAGENT_DEBUG", "true", "into the log"),
  pipeline("privacy-debug-exporter", "a tap", { processors: ["redaction", "remotetap"] }, "to whoever asks"),
  redaction("keys of any form are ignored", { ignored_key_patterns: [".*"] }),
  redaction("values of any form are allowed", { allowed_values: ["^.+$"] }),
  part(
    "privacy-capture",
    "a header as an attribute",
    "processors",
    { "attributes/x": { actions: [{ key: "x", action: "insert", from_context: "metadata.authorization" }] } },
    "the header authorization",
  ),
  part(
    "encryption-listener",
    "a store that anybody may read",
    "extensions",
    { remote_storage: { endpoint: "0.0.0.0:17271" } },
    "reached from outside",
  ),
  part(
    "encryption-listener",
    "a listener by another key",
    "receivers",
    { tcplog: { listen_address: "0.0.0.0:54525" } },
    "reached from outside",
  ),
  instrumentation(
    ["propagators"],
    ["tracecontext", "baggage"],
    "privacy-baggage",
    "baggage by the operator",
    "write tracecontext",
  ),
  instrumentation(
    ["exporter", "endpoint"],
    "http://otel-gateway.tracing.svc:4318",
    "encryption-plain-endpoint",
    "plain by the operator",
    "not encrypted",
  ),
  setting("xpack.security.audit.logfile.events.emit_request_body", "false", "true", "whole requests"),
  setting("accesslog.fields.headers.defaultmode", "drop", "keep", "records headers"),
  inFile(
    "privacy-capture",
    "Jaeger's UI tells others",
    { tracking: {} },
    { tracking: { gaID: "UA-1" } },
    "who looks at which trace",
    "ui.json",
  ),
  (() => {
    const audit = (options: object) => ({
      ...{
        urn: "urn:pulumi:dev::x::vault:index/audit:Audit::x",
        type: "vault:index/audit:Audit",
        name: "x",
        unknown: [],
      },
      props: { type: "file", options: { file_path: "/vault/audit.log", ...options } },
    });
    return {
      ...{ policy: "privacy-capture", defect: "Vault's secrets in its record", says: "secrets as they are" },
      ...{ bad: audit({ log_raw: "true" }), good: audit({ log_raw: "false" }) },
    };
  })(),
];
